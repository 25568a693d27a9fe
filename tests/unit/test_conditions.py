"""The conditions of a page as a sentence, as groups to choose from, and what a legend says of those it cannot meet."""

import uuid
from datetime import UTC, date, datetime

import pytest

from watchfloor.dashboards.conditions import chips_of, sentence_of, without
from watchfloor.dashboards.facet_groups import chosen_with, groups_of, written_with
from watchfloor.dashboards.honoured import not_narrowed
from watchfloor.dashboards.presets import fiscal_title, fiscal_year, last_quarter, presets
from watchfloor.dashboards.state import State
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facets import Choice, Facets
from watchfloor.geo.facts import FactKind
from watchfloor.geo.grading import Reliability
from watchfloor.geo.narrowing import NOTHING, Narrowing, NearPorts
from watchfloor.geo.period import Hours, Period

QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))
CASE = uuid.UUID(int=5)


def test_conditions_read_as_one_sentence() -> None:
    state = State(
        period=QUARTER,
        substances=("fentanyl",),
        only=Narrowing(least_kg=5.0, conveyances=("vessel",), near=NearPorts(50.0, "pacific")),
        known_at=datetime(2026, 11, 15, 9, 30, tzinfo=UTC),
    )
    assert sentence_of(state) == (
        "Fentanyl of 5 kg or more by vessel near Pacific ports (within 50 km), 1 Jul to 30 Sep 2026, "
        "as known 2026-11-15 09:30Z"
    )  # fmt: skip


def test_without_conditions_the_sentence_says_what_all_there_is() -> None:
    assert sentence_of(State(period=QUARTER)) == "all substances, 1 Jul to 30 Sep 2026"


def test_every_chip_can_be_taken_away_but_the_period() -> None:
    state = State(
        period=QUARTER,
        substances=("fentanyl",),
        only=Narrowing(least_kg=1.0, most_kg=9.0, agencies=("NTF",), reliability=Reliability.RELIABLE, case=CASE),
        known_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    for chip in chips_of(state, None):
        assert chip.can_go == (chip.name != "period")
        if chip.can_go:
            state.param.update(**without(state, chip.name))
    assert (state.substances, state.only, state.known_at) == ((), NOTHING, None)


def test_hours_are_said_of_tracks_and_can_be_taken_away() -> None:
    state = State(period=Period(date(2026, 11, 14), date(2026, 11, 15), Hours(2, 5)))
    assert sentence_of(state) == "all substances, on 14 Nov 2026, tracks from 02:00 to 05:00 UTC"
    state.param.update(**without(state, "hours"))
    assert sentence_of(state) == "all substances, on 14 Nov 2026"
    state.period = Period(date(2026, 11, 14), date(2026, 11, 16), Hours(22, 5))
    assert sentence_of(state).endswith("14 Nov to 15 Nov 2026, tracks from 14 Nov 22:00 to 15 Nov 05:00 UTC")


def test_each_layer_but_tracks_says_that_it_does_not_know_hours() -> None:
    state = State(period=Period(date(2026, 11, 14), date(2026, 11, 15), Hours(2, 5)), substances=("cocaine",))
    assert not_narrowed("hexagons", state) == "Not narrowed by hours: this layer does not know them."
    assert not_narrowed("ports", state) == "Not narrowed by substance and hours: this layer does not know them."
    assert not_narrowed("tracks", state) == "Not narrowed by substance: this layer does not know it."


def test_what_no_chip_is_called_takes_nothing_away() -> None:
    assert without(State(), "layers") == {}


def test_a_case_that_the_reader_may_not_see_is_not_named() -> None:
    state = State(period=QUARTER, only=Narrowing(case=CASE))
    named = Facets(9, 3, choices={}, case="NTF-7 Falcon")
    assert "in case NTF-7 Falcon" in sentence_of(state, named)
    hidden = sentence_of(state, Facets(9, 0))
    assert "a case that is not known to you" in hidden
    assert str(CASE) not in hidden


def test_reported_sums_say_that_they_are_and_no_condition_that_they_do_not_meet() -> None:
    state = State(period=QUARTER, fact=FactKind.REPORTED, only=Narrowing(least_kg=5.0))
    assert [chip.name for chip in chips_of(state, None)] == ["substances", "fact", "period"]


@pytest.mark.parametrize(
    ("code", "fact", "said"),
    [
        ("hexagons", FactKind.EVENTS, ""),
        ("hexagons", FactKind.REPORTED, "Not narrowed by weight and conveyance: this layer does not know them."),
        ("overdoses", FactKind.EVENTS, "Not narrowed by weight and conveyance: this layer does not know them."),
        ("ports", FactKind.EVENTS, "Not narrowed by substance, weight and conveyance: this layer does not know them."),
    ],
)
def test_a_layer_names_the_conditions_that_it_cannot_meet(code: str, fact: FactKind, said: str) -> None:
    only = Narrowing(least_kg=1.0, most_kg=5.0, conveyances=("vessel",))
    assert not_narrowed(code, State(fact=fact, only=only, substances=("cocaine",))) == said


def test_without_conditions_no_legend_says_anything() -> None:
    assert not_narrowed("routes", State()) == ""


def test_choices_are_added_and_taken_away() -> None:
    only = chosen_with(NOTHING, "conveyances", "vessel", is_on=True)
    only = chosen_with(only, "conveyances", "", is_on=True)
    only = chosen_with(only, "near", "50:gulf", is_on=True)
    only = chosen_with(only, "labels", "7", is_on=True)
    assert only == Narrowing(conveyances=("", "vessel"), near=NearPorts(50.0, "gulf"), labels=(7,))
    only = chosen_with(only, "conveyances", "", is_on=False)
    only = chosen_with(only, "near", "", is_on=False)
    assert chosen_with(only, "labels", "7", is_on=False) == Narrowing(conveyances=("vessel",))


@pytest.mark.parametrize(
    ("name", "value"), [("labels", "x"), ("labels", "70000"), ("near", "50:nowhere"), ("case", "1"), ("period", "1")]
)
def test_a_choice_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadQuestion):
        chosen_with(NOTHING, name, value, is_on=True)


def test_fields_are_written_and_emptied() -> None:
    only = written_with(written_with(NOTHING, "least_kg", "5"), "km", "25")
    only = written_with(only, "text", "  red   falcon ")
    assert only == Narrowing(least_kg=5.0, near=NearPorts(25.0), text="red falcon")
    assert written_with(written_with(only, "least_kg", ""), "text", "") == Narrowing(near=NearPorts(25.0))


@pytest.mark.parametrize(("name", "text"), [("least_kg", "five"), ("km", "0"), ("km", "far"), ("period", "x")])
def test_what_a_field_cannot_mean_is_refused(name: str, text: str) -> None:
    with pytest.raises(BadQuestion):
        written_with(NOTHING, name, text)


def test_a_choice_that_leaves_nothing_any_more_can_still_be_taken_away() -> None:
    state = State(only=Narrowing(conveyances=("submarine",)))
    facets = Facets(5, 0, choices={"conveyances": (Choice("vessel", "vessel", 5),)})
    group = next(one for one in groups_of(state, facets) if one["name"] == "conveyances")
    assert [(row["value"], row["on"]) for row in group["choices"]] == [("submarine", True), ("vessel", False)]
    assert group["said"] == "by submarine"


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [
        (date(2026, 11, 22), date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_the_last_quarter_is_the_whole_one_before(today: date, since: date, until: date) -> None:
    assert last_quarter(today) == Period(since, until)


def test_a_fiscal_year_begins_on_the_first_of_october() -> None:
    assert fiscal_year(date(2026, 9, 30)) == Period(date(2025, 10, 1), date(2026, 10, 1))
    assert fiscal_year(date(2026, 10, 1)) == Period(date(2026, 10, 1), date(2027, 10, 1))
    assert fiscal_title(date(2026, 10, 1)) == "FY27"


def test_presets_count_back_from_the_last_day_that_is_known() -> None:
    found = presets(Period(date(2020, 1, 1), date(2026, 11, 22)))
    assert found["7 d"] == Period(date(2026, 11, 15), date(2026, 11, 22))
    assert found["All"] == Period(date(2020, 1, 1), date(2026, 11, 22))
    last = presets(Period(date(2020, 1, 1), date(2026, 11, 22)), date(2026, 11, 19))
    assert last["24 h"] == Period(date(2026, 11, 19), date(2026, 11, 20))
    assert last["All"] == found["All"]
    assert list(found) == ["24 h", "7 d", "30 d", "90 d", "1 y", "3 y", "Last quarter", "FY27", "All"]
