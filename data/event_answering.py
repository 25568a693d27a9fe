"""Questions about what craft did: each is audited, and none is kept."""

from collections.abc import Sequence

from watchfloor.data.answering import Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.questions.track_events import craft_events, track_events
from watchfloor.data.track_answering import TrackAnswering
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.query import Query
from watchfloor.geo.track_presets import EVENTS_NEAR_SHORE


class EventAnswering(TrackAnswering):
    """Answers about events of tracks, as they were last found."""

    def track_events(
        self, asker: Asker, query: Query, *, preset: str = EVENTS_NEAR_SHORE.name, kinds: Sequence[str] = ()
    ) -> tuple[FoundEvent, ...]:
        """Events of a preset in box and period, the newest first. Raises TooManyRows, BadQuestion."""
        as_known(query.known_at)
        asked = Asked("record", query.subject() | {"events": preset, "kinds": ",".join(kinds)[:200]}, asker.view_id)
        return self.single(asker, asked, lambda connection: track_events(connection, query, preset, kinds))

    def craft_events(self, asker: Asker, query: Query, craft: int) -> tuple[FoundEvent, ...]:
        """Events of one craft in the period, under every preset, in the order of time. Raises BadQuestion."""
        as_known(query.known_at)
        asked = Asked("record", query.subject() | {"events of": craft}, asker.view_id)
        return self.single(asker, asked, lambda connection: craft_events(connection, query, craft))
