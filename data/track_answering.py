"""Questions about the craft behind a pixel, an area or one another: each is audited, and none is kept."""

from watchfloor.data.answering import Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.played_answering import PlayedAnswering
from watchfloor.data.questions.cleaned_way import cleaned_way
from watchfloor.data.questions.craft_happened import craft_happened
from watchfloor.data.questions.craft_way import companions, track
from watchfloor.data.questions.passing import passages
from watchfloor.data.questions.passing_between import tracks_at
from watchfloor.data.tracks.view import TrackView
from watchfloor.geo.areas import Area
from watchfloor.geo.cleaned_way import CleanedWay
from watchfloor.geo.disc import Disc
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.query import Query
from watchfloor.geo.track_lines import CraftWay


class TrackAnswering(PlayedAnswering):
    """Answers about tracks, record by record."""

    def tracks_hovered(self, asker: Asker, query: Query, disc: Disc) -> Passing:
        """Craft with fixes in a disc, or that passed it between two; for a cursor: a hover audited each time."""
        asked, view = self._asked("hover", asker, query, at=_written(disc)), self._whereabouts(asker, query)
        return self.single(asker, asked, lambda connection: tracks_at(connection, query, disc, view))

    def tracks_under(self, asker: Asker, query: Query, disc: Disc) -> Passing:
        """The same, the nearest first, for a tap on tracks; a record audited each time."""
        asked, view = self._asked("record", asker, query, at=_written(disc)), self._whereabouts(asker, query)
        return self.single(asker, asked, lambda connection: tracks_at(connection, query, disc, view))

    def passages(self, asker: Asker, query: Query, area: Area) -> Passing:
        """Who was in an area, when and how often; audited each time. Raises TooManyRows."""
        asked = self._asked("record", asker, query, area=area.name)
        return self.single(asker, asked, lambda connection: passages(connection, query, area))

    def track(self, asker: Asker, query: Query, craft: int) -> CraftWay:
        """The way of a craft in the period; audited each time. Raises BadQuestion."""
        asked = self._asked("record", asker, query, track=craft)
        return self.single(asker, asked, lambda connection: track(connection, query, craft))

    def cleaned_way(self, asker: Asker, query: Query, craft: int) -> CleanedWay:
        """What cleaning left out of a craft's way in the period, and its voyages; audited each time."""
        asked = self._asked("record", asker, query, cleaned=craft)
        return self.single(asker, asked, lambda connection: cleaned_way(connection, query, craft))

    def happened(self, asker: Asker, query: Query, craft: int) -> tuple[tuple[FoundEvent, str], ...]:
        """What a craft did in the period, with the titles of the labels; audited each time. Raises BadQuestion."""
        asked = self._asked("record", asker, query, events=craft)
        return self.single(asker, asked, lambda connection: craft_happened(connection, query, craft))

    def companions(self, asker: Asker, query: Query, craft: int, nearness: Nearness) -> Passing:
        """Who was beside a craft in the period; audited each time. Raises TooManyRows."""
        within = f"{nearness.distance_m:g} m, {nearness.minutes:g} min"
        asked = self._asked("record", asker, query, beside=craft, within=within)
        return self.single(asker, asked, lambda connection: companions(connection, query, craft, nearness))

    def _whereabouts(self, asker: Asker, query: Query) -> TrackView | None:
        """Tracks of the period, to know where to look; the row in the audit is that of the question itself."""
        # hours lie in so few days that nobody has to be told where to look
        if self._tracks is None or query.known_at is not None or query.period.hours is not None:
            return None
        return self._tracks_unasked(asker, query)

    @staticmethod
    def _asked(action: str, asker: Asker, query: Query, **said: object) -> Asked:
        as_known(query.known_at)
        return Asked(action, query.subject() | said, asker.view_id)


def _written(disc: Disc) -> str:
    return f"{disc.lon:.4f},{disc.lat:.4f},{disc.radius_m:.0f}"
