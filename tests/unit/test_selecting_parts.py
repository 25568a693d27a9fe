"""The parts of a page that select: drawn lines, picked marks, rows, citations, what a resting cursor is told."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import panel as pn
import pytest

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.citations import Asked, Number, answer_hash, citation, machine_question
from watchfloor.dashboards.hovering import told_of_cell
from watchfloor.dashboards.picking import drawn_area, place_of
from watchfloor.dashboards.record_rows import written
from watchfloor.dashboards.record_table import RecordTable
from watchfloor.dashboards.selection_panel import SelectionPanel
from watchfloor.dashboards.selection_tools import Around, SelectionTools, around, middle_of
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import ABOVE
from watchfloor.geo.answers import CellCounts, Linked, Record, Trend
from watchfloor.geo.areas import MOST_CORNERS, Area, Polygon
from watchfloor.geo.cells import parent
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Column, Evidence, LeadsTo, May, Page, Paging, Row
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label, Tier, Tlp
from watchfloor.geo.selection import Cells, Selection
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.layers.legends import cells_legend
from watchfloor.layers.palettes import Scale

HOSTILE = "<img src=x onerror=alert(1)>=cmd|' /C calc'!A0"
AMBER = Label(4, "NTF", Tlp.AMBER, Tier.SENSITIVE)
RED = Label(9, "CGD", Tlp.RED, Tier.SEALED)
HEXAGON = 0x85283473FFFFFFF
PERIOD = Period(date(2026, 1, 1), date(2026, 7, 1))
SELECTION = Selection.parse("box:-100,28,-92,34|!disc:-97,31,20000")
ROUND = ";".join(f"{np.cos(a):.4f},{np.sin(a):.4f}" for a in np.linspace(0, 6.2, 300))


def row(**changed: Any) -> Row:
    record = Record(
        id=UUID(int=7), kind="seizure", title=HOSTILE, when="2026-05-01", place=HOSTILE, precision="", amount=HOSTILE,
        reliability="B", validity="2", label="TLP:AMBER", source=HOSTILE,
    )  # fmt: skip
    given = {"kilograms": 1.5, "lon": 1.0, "lat": 2.0, "uncertainty_m": 6000.0, "may": False, "holder": "NTF"} | changed
    return Row(record=record, cases=((UUID(int=9), HOSTILE, "TLP:RED"),), **given)


# ------------------------------------------------------------ lines
def test_a_lasso_becomes_a_polygon_of_few_corners() -> None:
    area = drawn_area("lasso:" + ROUND)

    assert isinstance(area.drawn, Polygon)
    assert len(area.drawn.lon) <= MOST_CORNERS
    assert area.contains(np.array([0.0, 0.9, 1.2]), np.array([0.0, 0.0, 0.0])).tolist() == [True, True, False]
    assert Area.parse(area.name) == area


def test_of_a_lasso_that_crosses_itself_the_largest_part_is_taken() -> None:
    area = drawn_area("lasso:0,0;10,0;10,10;4.9,-1;4.8,-1;0,9")

    assert area.contains(np.array([9.0]), np.array([3.0])).tolist() == [True]


def test_a_lasso_across_the_antimeridian_stays_whole() -> None:
    area = drawn_area("lasso:178,-2;182,-2;182,2;178,2")

    assert area.contains(np.array([179.0, -179.0, 0.0]), np.zeros(3)).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "text", ["lasso:", "lasso:1,2;3,4", "lasso:0,0;1,0;2,0", "lasso:a,b;c,d;e,f", "lasso:1,2,3;4,5,6;7,8,9",
             "lasso:nan,1;2,2;3,1", "lasso:0,95;1,96;2,97", "lasso:1,2;3;4,5", HOSTILE, "lasso:" + HOSTILE],
)  # fmt: skip
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion):
        drawn_area(text)


# ------------------------------------------------------------ marks
def test_marks_of_places_can_be_selected_and_others_cannot() -> None:
    hexagon = Mark("hexagons", Spot(SpotKind.CELL, f"{HEXAGON:x}"), 5)

    assert place_of(hexagon) == Cells((HEXAGON,))
    assert place_of(Mark("tracks", Spot(SpotKind.AREA, "disc:1,2,500"))) == Area.parse("disc:1,2,500")
    assert place_of(Mark("hexagons", Spot(SpotKind.CELL, "0"))) is None
    assert place_of(Mark("operations", Spot(SpotKind.OPERATION, "x"))) is None


def test_within_so_many_kilometres_is_measured_from_the_middle() -> None:
    assert around(Area.parse("box:179,0,-179,2"), 50).name == "disc:-180,1,50000"
    lon, lat = middle_of(Cells((HEXAGON,)))
    assert Cells((HEXAGON,)).contains(np.array([lon]), np.array([lat])).all()


def test_a_mark_gives_way_to_what_lies_round_it() -> None:
    state = State(mark=Mark("hexagons", Spot(SpotKind.CELL, f"{HEXAGON:x}"), 5))
    Around(state)._within()

    assert state.mark is None
    assert state.selection is not None
    assert state.selection.words.startswith("Within 25 km")


@pytest.mark.parametrize("resolution", [2, 3, 4, 5])
def test_what_lies_round_a_mark_holds_the_whole_mark(resolution: int) -> None:
    cell = int(parent(np.array([HEXAGON], np.uint64), resolution)[0])
    mark = Mark("hexagons", Spot(SpotKind.CELL, f"{cell:x}"), resolution)
    state = State()
    tools = Around(state)
    state.mark = mark
    place = place_of(mark)
    assert place is not None

    for kilometres in tools._kilometres.options.values():
        held = around(place, kilometres).contains(*(np.array(part) for part in place.rings[0]))
        assert held.all(), "fewer kilometres than the mark is large are not offered"
    tools._within()
    assert state.selection.contains(*(np.array(part) for part in place.rings[0])).all()


def test_a_selection_is_stepped_back_and_turned_round() -> None:
    state = State(selection=SELECTION)
    tools = SelectionTools(state)
    tools._undo()
    assert state.selection == Selection.parse("box:-100,28,-92,34")

    tools.know(Evidence(3, 1.0, 1.0, None, None, (), (), substances=("fentanyl",)))
    tools._ask_elsewhere()
    assert state.selection.name == "box:-180,-90,180,90|!box:-100,28,-92,34"
    assert state.substances == ("fentanyl",)


def test_a_link_holds_the_selection_and_a_hostile_one_is_said() -> None:
    state = State(selection=SELECTION)

    assert State.from_link(state.as_link()) == (state, ())
    again, faults = State.from_link({"selection": HOSTILE})
    assert again.selection is None
    assert len(faults) == 1
    assert State.from_link({"selection": "box:0,0,1,1|" * 4000})[0].selection is None


# ------------------------------------------------------------ rows
def test_rows_are_texts_and_never_finer_than_known() -> None:
    told = written(Page((row(), row(lon=None, lat=None, uncertainty_m=None, may=True)), 0, 2))

    assert told[0]["what"] == HOSTILE
    assert told[0]["precision"] == "within 6.0 km"
    assert told[0]["at"] == [1.0, 2.0, 6000.0]
    assert (told[1]["precision"], told[1]["at"], told[1]["may"]) == ("place not known", None, True)
    json.dumps(told)


@pytest.mark.parametrize(
    "message",
    [
        {"sort": "price"}, {"offset": -1}, {"offset": "x"}, {"limit": 10_000}, {"limit": 0}, {"text": "x" * 101},
        {"turn": None}, {"sort": None}, {"offset": float("inf")},
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_asked_for_is_refused(message: dict[str, Any]) -> None:
    asked: list[Paging] = []
    table = RecordTable(lambda paging, _turn: asked.append(paging), lambda _: None)
    good = {"kind": "page", "turn": 1, "sort": "amount", "descending": True, "text": "a", "offset": 60, "limit": 60}
    table._handle_msg(good | message)
    assert asked == []

    table._handle_msg(good)
    assert asked == [Paging(Column.AMOUNT, True, "a", 60, 60)]


# ------------------------------------------------------------ citations
def asked(**changed: Any) -> Asked:
    query = Query(Layer.SEIZURES, PERIOD, substances=("fentanyl",))
    at = datetime(2026, 11, 22, 16, tzinfo=UTC)
    given: dict[str, Any] = {
        "query": query,
        "selection": SELECTION,
        "version": 57,
        "asked_at": at,
        "link": {"a": "b c"},
    }
    return Asked(**given | {"is_exercise": True} | changed)


def test_a_citation_holds_number_question_moment_hash_marking_and_link() -> None:
    text = citation(asked(), Number("n", 1234, "1,234 records", (AMBER,)))
    question = machine_question(asked().query, SELECTION, "n")

    assert text.startswith("EXERCISE")
    assert "1,234 records: single seizures that lie in the selection a box, without within 20 km" in text
    assert "2026-01-01 to 2026-06-30, Fentanyl" in text
    assert "Asked 2026-11-22 16:00:00Z of version 57" in text
    assert "Marking: TLP:AMBER · SENSITIVE · owner NTF\n" in text
    assert f"Answer: sha256:{answer_hash(question, 57, 1234)}" in text
    assert text.endswith("Link: /explore?a=b+c")
    assert not citation(asked(is_exercise=False), Number("n", 1, "1", ())).startswith("EXERCISE")
    hexagon = Selection.of(Cells((HEXAGON,)))
    assert "Place: Hexagons that are picked on the map because they stand out are picked by the data" in citation(
        asked(selection=hexagon), Number("n", 1, "1", ())
    )
    assert "picked" not in text
    assert "Marking: none: it counts nothing\n" in citation(asked(), Number("n", 0, "0 records", ()))


def test_the_hash_of_a_citation_changes_with_all_that_it_says() -> None:
    question = machine_question(asked().query, SELECTION, "n")
    other = machine_question(asked().query, Selection.parse("box:0,0,1,1"), "n")

    hashes = {
        answer_hash(question, 57, 1),
        answer_hash(question, 58, 1),
        answer_hash(question, 57, 2),
        answer_hash(other, 57, 1),
    }
    assert len(hashes) == 4
    assert answer_hash(dict(reversed(question.items())), 57, 1) in hashes


# ------------------------------------------------------------ hover
def test_a_cursor_is_told_count_weight_precision_and_period() -> None:
    coarse = 0x832834FFFFFFFFF
    counts = CellCounts(np.array([HEXAGON, coarse], np.uint64), np.array([1, 7]), np.array([2.5, 0.0]), 5)

    fine = told_of_cell(counts, Mark("hexagons", Spot(SpotKind.CELL, f"{HEXAGON:x}")), ("seizure", "seizures"), "2026")
    rough = told_of_cell(counts, Mark("hexagons", Spot(SpotKind.CELL, f"{coarse:x}")), ("seizure", "seizures"), "2026")

    assert fine is not None
    assert rough is not None
    assert (fine["title"], fine["foot"]) == ("1 seizure", "2026")
    assert [line[1:] for line in fine["rows"]] == [
        ["Weight", "2.5 kg"],
        ["Known to", "the hexagon (10 km edge) or better"],
    ]
    assert rough["title"] == "7 seizures"
    assert rough["rows"][0][2] == "this area only (69 km edge)"
    assert told_of_cell(counts, Mark("hexagons", Spot(SpotKind.CELL, "0")), ("a", "b"), "2026") is None


def test_a_cursor_on_a_suppressed_count_is_never_told_of_single_events() -> None:
    counts = CellCounts(np.array([HEXAGON], np.uint64), np.array([7]), np.zeros(1), 5, is_suppressed=True)
    query = Query(Layer.OVERDOSES, Period(date(2026, 1, 1), date(2027, 1, 1)))

    mark = Mark("overdoses", Spot(SpotKind.CELL, f"{HEXAGON:x}"))
    told = told_of_cell(counts, mark, ("overdose", "overdoses"), "2026")

    assert told is not None
    assert (told["title"], told["foot"]) == ("at least 7 overdoses", "2026 · suppressed counts")
    assert cells_legend(query, counts, Scale.of(counts.n.astype(float)), "dark").kind == "suppressed counts"
    single = replace(counts, is_suppressed=False)
    assert cells_legend(query, single, Scale.of(single.n.astype(float)), "dark").kind == "single events"


# ------------------------------------------------------------ the panel
def test_whom_to_call_stands_above_the_finding_and_the_tools_below_what_scrolls() -> None:
    tool = pn.widgets.Button(label="Keep")
    panel = SelectionPanel(on_again=lambda: None, tools=(tool,))
    call = Linked(UUID(int=3), "entity", "P", "subject", "TLP:AMBER", status="conflict", call=f"{HOSTILE} +1")
    trend = Trend([date(2026, 1, 1)], np.array([5]), np.zeros(1), "m")
    found = Evidence(
        n=5, kilograms=1.5, area_m2=1e9, trend=trend, expectation=None, holders=(), labels=(AMBER,), may=()
    )
    asked = Asked(Query(Layer.SEIZURES, PERIOD), SELECTION, 1, datetime.now(UTC), {}, is_exercise=True)

    panel.display(asked, found, lambda _paging, _take, _fault: None)
    panel.display_leads(LeadsTo(entities=(), cases=(), deconfliction=(call,), n_followed=5))

    warning = str(panel._warning.object)
    assert "Deconfliction: 1 conflict. Call &lt;img" in warning
    above = next(one for one in panel.__panel__().select(pn.Column) if ABOVE in one.css_classes)
    assert above.objects.index(panel._warning) < above.objects.index(panel._finding)
    assert tool not in above.select()


@pytest.mark.parametrize(
    ("statuses", "said"),
    [((), "no conflict."), (("clear",), "no conflict."), (("conflict",), "1 conflict. Call N +1.")],
)
def test_deconfliction_of_an_earlier_moment_is_named_above_all_of_it(statuses: tuple[str, ...], said: str) -> None:
    panel = SelectionPanel(on_again=lambda: None, tools=())
    found = Evidence(
        n=5, kilograms=1.5, area_m2=1e9, trend=None, expectation=None, holders=(), labels=(AMBER,), may=()
    )  # fmt: skip
    rows = tuple(
        Linked(UUID(int=3), "entity", "P", "subject", "TLP:AMBER", status=one, call="N +1") for one in statuses
    )
    then = Query(Layer.SEIZURES, PERIOD, known_at=datetime(2026, 9, 21, 12, tzinfo=UTC))

    panel.display(replace(asked(), query=then), found, lambda _paging, _take, _fault: None)
    panel.display_leads(LeadsTo(entities=(), cases=(), deconfliction=rows, n_followed=5))

    told = f"Deconfliction as known 2026-09-21 12:00Z: {said} Before you act, ask as of now."
    assert told in " ".join(re.sub("<[^>]+>", "", str(panel._warning.object)).split())


def test_what_a_selection_leads_to_may_come_before_its_evidence_and_stays() -> None:
    panel = SelectionPanel(on_again=lambda: None, tools=())
    trend = Trend([date(2026, 1, 1), date(2026, 2, 1)], np.array([3, 2]), np.zeros(2), "m")
    found = Evidence(
        n=5, kilograms=1.5, area_m2=1e9, trend=trend, expectation=None, holders=(), labels=(AMBER,),
        may=(May(RED, 3, 2),),
    )  # fmt: skip
    case = Linked(UUID(int=3), "case", HOSTILE, "opened for it", "TLP:AMBER")
    asked = Asked(Query(Layer.SEIZURES, PERIOD), SELECTION, 1, datetime.now(UTC), {}, is_exercise=True)

    panel.wait()
    panel.display_leads(LeadsTo(entities=(), cases=(case,), deconfliction=(), n_followed=5))
    panel.display(asked, found, lambda _paging, _take, _fault: None)

    texts = [str(one.object) for one in panel.__panel__().select(pn.pane.HTML)]
    summary = next(text for text in texts if "Who knows" in text)
    assert "&lt;img" in summary
    # what lies there bears its own marking, and all that is told of it another
    head = next(text for text in texts if "wf-own-marking" in text)
    assert head.index("TLP:AMBER<") < head.index("SENSITIVE · owner NTF") < head.index("TLP:RED<")
    assert "SEALED · with what may lie there" in head
    n, _kilograms, may = (number["citation"] for number in panel._numbers.numbers)
    assert "Marking: TLP:AMBER · SENSITIVE · owner NTF\n" in n
    assert "Marking: TLP:RED · SEALED · owner CGD\n" in may
