"""Tracks of a period, as a whole and step by step: kept for all who may see the same, audited once for each view."""

from dataclasses import replace
from datetime import UTC, datetime

from watchfloor.data.answering import Answering, Asker
from watchfloor.data.door import Asked
from watchfloor.data.questions.movement import fixes
from watchfloor.data.tracks.reader import days_heard, track_view, track_views, view_of
from watchfloor.data.tracks.view import LEAST_MOST, TrackView
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.hour_counts import HourCounts
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.query import Query
from watchfloor.geo.track_levels import PASSAGES

# a step may well have so many times its share of all passages
_OVER_SHARE = 2


class PlayedAnswering(Answering):
    """Answers about tracks as pictures."""

    def tracks(self, asker: Asker, query: Query) -> TrackView:
        """Tracks of the question's period, ready to be counted on any tile; where the box lies does not matter."""
        query, time = _everywhere(query), Stretch.of(query.period)
        if query.known_at is not None:
            return view_of(self.viewed(asker, query, "fixes", lambda c: fixes(c, query)), time)
        return self.viewed(asker, query, f"tracks {self._listed}", lambda c: track_view(c, self._tracks, time))

    def _tracks_unasked(self, asker: Asker, query: Query) -> TrackView:
        """The same of now for a question that is audited by itself: nobody is shown it as an answer."""
        query, asker = _everywhere(query), self.settled(asker)
        asked, time = Asked("page", {"asks": "tracks"}), Stretch.of(query.period)
        key = (f"tracks {self._listed}", self.version(asker, query), query.digest())
        return self.kept_single(asker, asked, key, lambda c: track_view(c, self._tracks, time))

    def tracks_played(self, asker: Asker, query: Query, first: int, n: int) -> list[TrackView]:
        """The same for each of n steps from `first` on, as many of them as there are. Raises BadQuestion."""
        query, steps = _everywhere(query), PlayedSteps.of(query.period)
        if not 0 <= first < steps.n or n < 1:
            raise BadQuestion(f"the period is played in {steps.n} steps, counted from 0")
        spans = [steps.span(number) for number in range(first, min(first + n, steps.n))]
        if steps.is_by_hour or query.known_at is not None:
            whole = self.tracks(asker, query)
            return [whole.between(span) for span in spans]
        times = [Stretch(*(datetime.fromtimestamp(second, UTC) for second in span)) for span in spans]
        name = f"tracks played {self._listed} {first} {n}"
        return self.viewed(asker, query, name, lambda c: track_views(c, self._tracks, times))

    def tracks_scale(self, asker: Asker, query: Query, zoom: int) -> int:
        """How many passages on a pixel have full light in every step that is played, wherever the map looks."""
        query, steps = _everywhere(query), PlayedSteps.of(query.period)
        whole = self.tracks(asker, query)
        if steps.is_by_hour or query.known_at is not None:
            n = whole.n_heard(steps.step_s)
        else:
            n = self.viewed(asker, query, "days heard", lambda c: days_heard(c, query.period))
        return max(LEAST_MOST, _OVER_SHARE * whole.busiest(zoom, PASSAGES) // max(1, n))

    def tracks_by_hour(self, asker: Asker, query: Query) -> HourCounts:
        """Positions in each hour of the question's period, everywhere."""
        view = self.tracks(asker, query)
        return HourCounts(query.period.hours_since_1970[0], view.per_hour(), view.n_fixes)

    @property
    def _listed(self) -> float:
        """When the list of derived files was written."""
        return 0.0 if self._tracks is None else self._tracks.manifest().written_s


def _everywhere(query: Query) -> Query:
    """The question that all zooms and places of the map share."""
    return replace(query.everywhere(), resolution=0)
