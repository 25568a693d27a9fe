"""An area that was drawn stays on the map while it is being named, and goes with its form."""

from types import SimpleNamespace
from typing import Any

from watchfloor.dashboards.kept_alerts import FILTERED, UNFILTERED, form_of
from watchfloor.dashboards.kept_panel import UNNAMED, KeptPanel
from watchfloor.dashboards.state import State
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.scope import Label, Tier, Tlp
from watchfloor.geo.selection import Selection

AREA = Area(BBox(-118.0, 32.0, -117.0, 33.0))


def panel(marks: list[dict[str, Any]]) -> KeptPanel:
    map_view = SimpleNamespace(set_kept=marks.append, heed_kept=lambda _: None)
    desk = SimpleNamespace(state=State(), repository=None, asker=None, answers=None)
    made = KeptPanel(desk, map_view)  # type: ignore[arg-type]
    made.kept._labels = (Label(1, "NTF", Tlp.GREEN, Tier.OPEN),)
    return made


def names(marks: list[dict[str, Any]]) -> list[str]:
    return [area["name"] for area in marks[-1]["areas"]]


def test_a_drawn_area_is_outlined_until_its_form_closes() -> None:
    marks: list[dict[str, Any]] = []
    made = panel(marks)
    made.keep_area(AREA)
    assert (names(marks), made.kept.board.form["told"]) == ([UNNAMED], "")
    made.kept.fault(SimpleNamespace(sentence="Give it a name."))  # type: ignore[arg-type]
    assert names(marks) == [UNNAMED]
    made.kept.close()
    assert names(marks) == []


def test_another_form_takes_the_outline_away() -> None:
    marks: list[dict[str, Any]] = []
    made = panel(marks)
    made.keep_area(AREA)
    made.save_view()
    assert names(marks) == []


def test_a_form_that_cannot_open_yet_leaves_no_outline() -> None:
    marks: list[dict[str, Any]] = []
    made = panel(marks)
    made.kept._labels = ()
    made.keep_area(AREA)
    assert names(marks) == []


def test_whatever_is_selected_is_kept_as_it_was_selected() -> None:
    marks: list[dict[str, Any]] = []
    made = panel(marks)
    made._heard("selected", {})
    assert not made.kept.board.form
    made._state.selection = Selection.of(AREA)
    assert marks[-1]["selected"]
    made._heard("selected", {})
    form = made.kept.board.form
    assert (names(marks), form["title"]) == ([UNNAMED], "Keep this area")
    assert form["told"] == "You keep what is selected: a box."
    assert form["instead"]["act"] == "draw area"
    made._state.selection = Selection.of(AREA).without(Area(BBox(-117.6, 32.2, -117.4, 32.4)))
    made._heard("selected", {})
    assert made.kept.board.form["title"] == "Keep this selection"
    assert made.kept.board.form["told"] == "You keep what is selected: a box, without a box."


def test_the_form_of_an_alert_says_whether_the_filters_apply() -> None:
    area = SimpleNamespace(name="Depots")
    state = State()
    plain = form_of(state, area, sees_health=False)  # type: ignore[arg-type]
    assert plain["told"] == UNFILTERED
    assert "like" not in {field["name"] for field in plain["fields"]}
    state.substances = ("fentanyl",)
    narrowed = form_of(state, area, sees_health=False)  # type: ignore[arg-type]
    assert narrowed["told"] == FILTERED
    assert narrowed["fields"][-1]["name"] == "like"
