"""A kept area that is selected keeps its name, as far as its label lets it."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from watchfloor.app.map_words import outlined_of
from watchfloor.dashboards.citations import Asked, Number, citation
from watchfloor.data.export.exports import _words
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import Form
from watchfloor.geo.kept import Keeper, Kept
from watchfloor.geo.kept_drafts import area_draft
from watchfloor.geo.kept_selection import called, kept_as
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label, Tier, Tlp
from watchfloor.geo.selection import Selection

GREEN, STRICT = Label(1, "NTF", Tlp.GREEN, Tier.OPEN), Label(2, "NTF", Tlp.AMBER_STRICT, Tier.OPEN)
AREA = Area(BBox(-118.0, 32.0, -117.0, 33.0))
PLACE = Selection.of(AREA)
QUERY = Query(Layer.SEIZURES, Period(date(2026, 1, 1), date(2026, 7, 1)))


def kept(name: str, label: Label, *, is_private: bool = False) -> Kept:
    draft, at = area_draft(name, AREA, label.id, is_private=is_private), datetime(2026, 7, 1, tzinfo=UTC)
    people = {"ana": Keeper("Ana Diaz", "NTF", "")}
    return Kept(
        uuid.uuid4(), 1, draft.kind, draft.name, draft.body, label, "ana", is_private, True, None, at, "ana", at, people
    )


GULF = kept("Gulf", GREEN)


def cited(area: Kept | None, label: Label) -> str:
    asked = Asked(QUERY, PLACE, 1, datetime(2026, 7, 1, tzinfo=UTC), {}, is_exercise=False, area=area)
    return citation(asked, Number("n", 3, "3 records", (label,))).splitlines()[0]


def test_a_selection_is_known_again_as_the_area_that_was_kept_of_it() -> None:
    assert kept_as(Selection.parse(PLACE.name), [kept("Mine", GREEN, is_private=True), GULF]) is GULF
    assert kept_as(PLACE.adding(Area(BBox(0.0, 0.0, 1.0, 1.0))), [GULF]) is None
    assert called(GULF) == "Area “Gulf”, kept by Ana Diaz, NTF"


def test_a_citation_names_the_area_unless_its_name_is_more_sensitive() -> None:
    assert "lie in the selection area “Gulf”, kept by Ana Diaz, NTF, 2026" in cited(GULF, STRICT)
    assert "a box" in cited(kept("Sting", STRICT), GREEN)
    assert "Sting" not in cited(kept("Sting", STRICT), GREEN)


def test_a_file_names_the_area_to_whom_its_name_may_go() -> None:
    order = ExportOrder(Form.CSV, QUERY, PLACE, area=GULF)
    assert _words(order, [GREEN]).endswith("in area “Gulf”, kept by Ana Diaz, NTF")
    assert "Sting" not in _words(replace(order, area=kept("Sting", STRICT)), [GREEN])
    mine = replace(order, area=kept("Mine", GREEN, is_private=True))
    assert "Mine" in _words(mine, [GREEN])
    assert "Mine" not in _words(replace(mine, given_to="CGD"), [GREEN])


def test_a_picture_names_the_area_that_it_outlines_to_whom_its_name_may_go() -> None:
    mine = kept("Mine", GREEN, is_private=True)
    assert outlined_of(PLACE, [GULF], [GREEN], "CGD") == "Area “Gulf”, kept by Ana Diaz, NTF"
    assert "Sting" not in outlined_of(PLACE, [kept("Sting", STRICT)], [GREEN], "")
    assert "Mine" in outlined_of(PLACE, [mine], [GREEN], "")
    assert outlined_of(PLACE, [mine], [GREEN], "CGD").startswith("The selection: A box")
    assert outlined_of(None, [GULF], [GREEN], "") == ""
