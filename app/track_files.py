"""Where this store's derived files of tracks stand."""

from pathlib import Path

from watchfloor.app.settings import Settings
from watchfloor.data.tracks.shelf import TrackShelf


def track_shelf(settings: Settings) -> TrackShelf:
    """The shelf that the settings name; under the home if they name none."""
    root = settings.tracks or str(settings.home / "tracks")
    return TrackShelf(root if "://" in root else str(Path(root).absolute()), settings.home / "tracks-fetched")
