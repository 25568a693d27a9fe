"""What of partners' layers lies under a cursor or a tap: the uppermost feature, as its file describes it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from watchfloor.dashboards.choices import PARTNER_ITEMS, PARTNER_PICTURES
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.partner_rows import card_of, told_beside
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.partner_layers import PartnerFeature
from watchfloor.geo.partner_shapes import UNITS
from watchfloor.layers.vectors import TILE_PIXELS, Touch

REACH_PX: Final = 7.0

type PartnerUnder = Mapping[str, tuple[str, str]]
"""Title and colour of each layer that is on, by its code."""


def told_under(desk: Desk, touch: Touch, titles: PartnerUnder) -> dict[str, Any] | None:
    """What a resting cursor is told; None for nothing."""
    found = feature_under(desk, touch, titles)
    return None if found is None else told_beside(found, *titles[found.layer])


def card_under(desk: Desk, touch: Touch, titles: PartnerUnder) -> dict[str, Any] | None:
    """All that is said of what was tapped; None for nothing."""
    found = feature_under(desk, touch, titles)
    return None if found is None else card_of(found, titles[found.layer][0])


def feature_under(desk: Desk, touch: Touch, titles: PartnerUnder) -> PartnerFeature | None:
    """The feature of the uppermost layer that has one there; asks the store."""
    reach = REACH_PX * UNITS / TILE_PIXELS / 2.0**touch.zoom
    place, known_at = (touch.lon, touch.lat), desk.state.known_at
    for code in reversed(list(titles)):
        if code.startswith(PARTNER_PICTURES) or (code.startswith(PARTNER_ITEMS) and known_at is not None):
            continue
        try:
            found = (
                desk.repository.partner_item_at(desk.asker, code, place, reach)
                if code.startswith(PARTNER_ITEMS)
                else desk.repository.partner_feature_at(desk.asker, UUID(code), place, reach, known_at=known_at)
            )
        except BadQuestion:
            # removed since the page was drawn: there is nothing any more
            continue
        if found is not None:
            return found
    return None
