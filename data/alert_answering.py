"""Alerts on kept areas: counted for their owner at the moment of asking, switched on and off, marked as looked at."""

from uuid import UUID

from watchfloor.data.answering import Asker, Connection
from watchfloor.data.door import Asked
from watchfloor.data.keeping import KEEPERS, Keeping
from watchfloor.data.kept import writing
from watchfloor.data.kept.reading import ABSENT, kept_thing, kept_things
from watchfloor.data.questions.arrived import arrived, seen_now
from watchfloor.geo.alerts import Alert, Wish, alert_draft, seen_of, wish_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES

_KINDS = (*PLACES, KeptKind.ALERT)


class AlertAnswering(Keeping):
    """Alerts are kept things of their owner alone, about an area: each look is the next version."""

    def alerts(self, asker: Asker) -> tuple[Alert, ...]:
        """All alerts of the asker and what arrived in their areas, in one transaction; audited once a view."""
        if self.scope(asker).kind not in KEEPERS:
            return ()
        asked = Asked("view", {"asks": "alerts"}, asker.view_id)
        return self.single(asker, asked, lambda connection: arrived(connection, kept_things(connection, _KINDS)))

    def watch(self, asker: Asker, area: UUID, wish: Wish) -> Kept:
        """Tell the asker from now on what arrives in a kept area. Raises Refused, BadQuestion."""
        self._may_keep(asker)
        said = {"act": "watch", "layers": ",".join(sorted(wish.layers)), "about": f"kept:{area}"}

        def begin(connection: Connection) -> Kept:
            place = kept_thing(connection, area)
            return writing.keep(connection, alert_draft(place, wish, seen_now(connection, place, wish)))

        return self.single(asker, Asked("keep", said, asker.view_id), begin)

    def looked(self, asker: Asker, alert: Alert) -> Kept:
        """Mark what an alert told as looked at. Raises BadQuestion if the alert was changed or removed meanwhile."""
        self._may_keep(asker)
        asked = Asked("keep", {"act": "look", "id": str(alert.id), "about": f"kept:{alert.area}"}, asker.view_id)
        return self.single(asker, asked, lambda connection: _looked(connection, alert))


def _looked(connection: Connection, alert: Alert) -> Kept:
    kept = kept_thing(connection, alert.id)
    if kept.kind is not KeptKind.ALERT or kept.version != alert.version:
        raise BadQuestion(ABSENT)
    draft = alert_draft(kept_thing(connection, alert.area), wish_of(kept.body), seen_of(kept.body).joined(alert.until))
    return writing.amend(connection, kept.id, kept.version, draft)
