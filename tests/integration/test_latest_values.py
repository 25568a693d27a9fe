"""Twelve-month values are told one by one, the latest of each series; reported values bear their run's grading."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg
import pytest

from watchfloor.app.asking import ask
from watchfloor.dashboards.first_look import first_look
from watchfloor.dashboards.state import State
from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest import cdc_vsrr
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.facts import FactKind
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.geo.spot import Spot, SpotKind

HEAD = "State,Year,Month,Indicator,Data Value,Predicted Value,Percent Pending Investigation,Footnote\n"
ROWS = (
    "CT,2017,May,Heroin (T40.1),470,,0.5,\n"
    "CT,2017,June,Heroin (T40.1),474,473,0.5,\n"
    "CT,2017,June,Number of Drug Overdose Deaths,1038,,0.5,\n"
    "US,2017,June,Heroin (T40.1),15000,,0.5,\n"
)
ASKED = Query(Layer.OVERDOSES, Period(date(2016, 1, 1), date(2018, 1, 1)), fact=FactKind.REPORTED)

MAPPED = """
[time]
columns = ["month"]
format = "%Y-%m"
precision = "month"
[value]
column = "n"
measure = "seizures_reported"
period = "month"
place_kind = "state"
place_code = "US-{state}"
"""


def loaded(store, tmp_path, text: str = ROWS, form: Format = cdc_vsrr.FORMAT, label: LabelSpec = PUBLIC) -> None:
    (tmp_path / "vsrr.csv").write_text(HEAD + text)
    ingest(store, Order(form, label, "tests"), [tmp_path / "vsrr.csv"])


def told(store, who: Asker, query: Query = ASKED) -> list[tuple]:
    with Repository(store) as repository:
        rows, said = ask(repository, who, query)
    assert said["fact"] == "reported"
    assert "total" not in said
    return [(row["place_code"], row["substance"], row["of"].split("basis: ")[1][:9], row["value"]) for row in rows]


@pytest.fixture
def ana(store, people) -> Asker:
    people.account("ana", "A")
    return Asker(Gate(store).issue("ana", Terms()), uuid.uuid4())


def test_the_latest_value_of_each_series_is_told_and_nothing_is_added_up(store, ana, tmp_path) -> None:
    loaded(store, tmp_path)
    assert sorted(told(store, ana)) == [
        ("840", "Heroin", "reported;", 15_000),
        ("US-CT", "Heroin", "predicted", 473),
        ("US-CT", "Heroin", "reported;", 474),
        ("US-CT", "all substances", "reported;", 1_038),
    ]


def test_a_page_over_reported_values_alone_opens_on_those_that_its_reader_may_see(store, people, ana, tmp_path) -> None:
    with Repository(store) as repository:
        assert first_look(repository, ana) is None
        people.label(LabelSpec("B", Tlp.AMBER_STRICT))
        loaded(store, tmp_path, "CT,2016,June,Heroin (T40.1),470,,0.5,\n", label=LabelSpec("B", Tlp.AMBER_STRICT))
        assert first_look(repository, ana) is None
        loaded(store, tmp_path)
        look = first_look(repository, ana)
    assert look is not None
    assert look.sentence.endswith("reported overdose deaths of 2016-07-01 to 2017-06-30 are shown.")
    assert told(store, ana, State(**look.choices).query(Layer.OVERDOSES))


def test_period_place_and_substance_narrow_what_is_told(store, ana, tmp_path) -> None:
    loaded(store, tmp_path)
    before_june = replace(ASKED, period=Period(date(2016, 1, 1), date(2017, 6, 1)))
    assert [value for *_, value in told(store, ana, before_june)] == [470]
    heroin = replace(ASKED, substances=("heroin",), bbox=BBox(-74, 40.5, -71, 42.5))
    assert {value for *_, value in told(store, ana, heroin)} == {473, 474}


def test_values_of_a_hidden_label_are_not_told(store, ana, people, tmp_path) -> None:
    people.label(LabelSpec("B", Tlp.AMBER_STRICT))
    loaded(store, tmp_path, label=LabelSpec("B", Tlp.AMBER_STRICT))
    assert told(store, ana) == []


def test_a_value_that_was_corrected_is_told_as_it_was_known(store, ana, tmp_path) -> None:
    loaded(store, tmp_path, "CT,2017,June,Heroin (T40.1),474,,0.5,\n")
    then = datetime.now(UTC)
    loaded(store, tmp_path, "CT,2017,June,Heroin (T40.1),480,,0.5,\n")
    assert [value for *_, value in told(store, ana)] == [480]
    assert [value for *_, value in told(store, ana, replace(ASKED, known_at=then))] == [474]


@pytest.mark.parametrize(
    ("graded", "shown"),
    [
        (
            (Reliability.USUALLY_RELIABLE, Validity.DOUBTFUL),
            (Reliability.USUALLY_RELIABLE.title, Validity.DOUBTFUL.title),
        ),
        ((Reliability.UNKNOWN, Validity.CANNOT_BE_JUDGED), ("Source not graded", "content not graded")),
    ],
)
def test_a_reported_value_bears_the_grading_that_its_run_was_given(store, ana, tmp_path, graded, shown) -> None:
    words = {
        "reliability": graded[0].name.lower().replace("_", " "),
        "validity": graded[1].name.lower().replace("_", " "),
    }
    (tmp_path / "map.toml").write_text(
        'target = "reported"\n[source]\ncode = "lab"\ntitle = "Lab"\npublisher = "Lab"\nlicence = "none"\n'
        + "".join(f'{key} = "{word}"\n' for key, word in words.items())
        + MAPPED
    )
    (tmp_path / "table.csv").write_text("month,state,n\n2024-03,CT,7\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    ingest(store, Order(form, PUBLIC, "tests", options), [tmp_path / "table.csv"])
    query = Query(Layer.SEIZURES, Period(date(2024, 1, 1), date(2025, 1, 1)), fact=FactKind.REPORTED)
    with Repository(store) as repository:
        (cell,) = repository.seizure_cells(ana, query).cells.tolist() or [0]
        (record,) = repository.behind(ana, query, Spot(SpotKind.CELL, f"{cell:x}")).records.rows
    assert (record.reliability, record.validity) == shown


def test_a_footnote_is_told_with_its_value_and_a_new_one_makes_a_new_version(store, people, tmp_path) -> None:
    who = Asker(people.account("ana", "A"), uuid.uuid4())
    noted = "CT,2017,June,Heroin (T40.1),474,,0.5,Underreported due to incomplete data\n"

    def footnotes() -> list[str]:
        with Repository(store) as repository:
            rows, _ = ask(repository, who, ASKED)
        return [row["footnote"] for row in rows]

    loaded(store, tmp_path, noted)
    first = footnotes()
    loaded(store, tmp_path, noted.replace("Underreported due to incomplete data", ""))

    assert (first, footnotes()) == (["Underreported due to incomplete data"], [""])
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        told = owner.execute("SELECT count(*), count(footnote) FROM watchfloor.reported WHERE value = 474").fetchone()
        last = owner.execute("SELECT max(id) FROM watchfloor.run").fetchone()
    assert told == (2, 1)
    undo_run(store, last[0], by="tests")
    assert footnotes() == first
