"""Questions of time: two periods compared, and a period day by day to be played; each view is audited once."""

from dataclasses import replace

from watchfloor.data.answering import Asker
from watchfloor.data.door import Asked
from watchfloor.data.event_answering import EventAnswering
from watchfloor.data.questions.cells import cell_spot
from watchfloor.data.questions.change import FINEST_CHANGE, change, counts_of
from watchfloor.data.questions.daily import overdose_days, seizure_days
from watchfloor.data.questions.rolled_up import Entries
from watchfloor.data.questions.row_trends import port_trend, reported_spans, track_trend
from watchfloor.geo.answers import Trend
from watchfloor.geo.comparison import Change
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot


class CompareAnswering(EventAnswering):
    """Answers about two periods, or one day after another."""

    def change(self, asker: Asker, query: Query, against: Period) -> Change:
        """The question's period against another, per cell: both read under one scope, in one transaction.

        Cells are of resolution 7 at the finest. Raises BadQuestion if the periods overlap or have no hexagons.
        """
        query, asker = _coarse(query), self.settled(asker)
        other = replace(query, period=against)
        # the other period is asked about too: its row is written before the answer can leave
        self.note_view(asker, other, ["change"])
        health, name = self.scope(asker).sees_health, f"change {self.version(asker, other)} {other.digest()}"
        return self.viewed(asker, query, name, lambda c: change(c, query, against, sees_health=health))

    def change_at(self, asker: Asker, query: Query, against: Period, lon: float, lat: float) -> Spot | None:
        """The finest compared cell at a point, or None: a tap on the map of change."""
        return cell_spot(counts_of(self.change(asker, query, against)), lon, lat)

    def days(self, asker: Asker, query: Query) -> Entries:
        """Seizures or overdoses per day and cell, to be played; suppressed overdoses at the first of their month.

        Raises BadQuestion for layers that have no days, and for reported aggregates.
        """
        query, asker = _coarse(query.everywhere()), self.settled(asker)
        if query.layer is Layer.SEIZURES:
            return self.viewed(asker, query, "days", lambda connection: seizure_days(connection, query))
        if query.layer is Layer.OVERDOSES:
            health = self.scope(asker).sees_health
            return self.viewed(asker, query, "days", lambda c: overdose_days(c, query, sees_health=health))
        raise BadQuestion(f"the layer {query.layer} cannot be played")

    def port_trend(self, asker: Asker, query: Query) -> Trend:
        """Reported values of a port measure per month, over all ports."""
        return self.viewed(asker, query, "port_trend", lambda connection: port_trend(connection, query))

    def reported_spans(self, asker: Asker) -> dict[str, Period]:
        """From when to when something is reported, by measure, as far as the asker may see; audited each time."""
        asked = Asked("view", {"asks": "what is reported"}, asker.view_id)
        return self.single(asker, asked, reported_spans)

    def track_trend(self, asker: Asker, query: Query) -> Trend:
        """Positions of craft per month or day. Raises BadQuestion for a moment before they last changed."""
        asker = self.settled(asker)
        runs = self.versions(asker).runs("tracks", query.period)
        return self.viewed(asker, query, "track_trend", lambda connection: track_trend(connection, query, runs))


def _coarse(query: Query) -> Query:
    return replace(query, resolution=min(query.resolution, FINEST_CHANGE))
