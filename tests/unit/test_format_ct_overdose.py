"""Connecticut deaths: where each is put, what it names, by what it is known."""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from watchfloor.data.ingest.ct_overdose import COLUMNS, FORMAT
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.substances import BY_ID

HARTFORD = "HARTFORD, CT\n(41.765775, -72.673356)"
NORWICH = "Norwich, CT\n(41.524304, -72.075821)"
STATE = "CT\n(41.57350273000003, -72.73830590799997)"
DEATH = {
    "Date": "5/27/2021",
    "Date Type": "Date of death",
    "AgeBand": "30-39",
    "Sex": "Male",
    "Injury City": "HARTFORD",
    "Injury State": "CT",
    "Death City": "NORWICH",
    "Cause of Death": "Acute Fentanyl Intoxication",
    "Manner of Death": "Accident",
    "Fentanyl": "Y",
    "Any Opioid": "Y",
    "InjuryCityGeo": HARTFORD,
    "DeathCityGeo": NORWICH,
}


def read(folder: Path, *deaths: dict[str, str]) -> list[Batch]:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(deaths)
    (folder / "deaths.csv").write_text(text.getvalue())
    return list(FORMAT.read(open_file(folder / "deaths.csv"), Options()))


def overdoses(batches: list[Batch]) -> pl.DataFrame:
    return pl.concat([conform("overdoses", batch.frames["overdoses"]) for batch in batches if batch.frames])


def one(folder: Path, **changed: str) -> dict[str, Any]:
    return overdoses(read(folder, DEATH | changed)).row(0, named=True)


def names(row: dict[str, Any]) -> set[str]:
    return {BY_ID[substance].code for substance in row["substances"]}


def notes(batches: list[Batch]) -> Counter[str]:
    return +sum((Counter(batch.notes) for batch in batches), Counter())


def test_a_death_stands_at_the_town_of_injury(tmp_path) -> None:
    row = one(tmp_path)
    assert (row["lon"], row["lat"], row["place_name"]) == (-72.673356, 41.765775, "Hartford, Connecticut")
    assert PLACE_PRECISIONS[row["place_precision"]] is PlacePrecision.TOWN
    assert row["uncertainty_m"] == 8_000


@pytest.mark.parametrize("injury", ["", "CT\n(41.575155, -72.738288)", "nonsense", "X, CT\n(0.0, 0.0)"])
def test_without_a_usable_place_of_injury_it_stands_at_the_town_of_death(tmp_path, injury: str) -> None:
    assert one(tmp_path, InjuryCityGeo=injury)["place_name"] == "Norwich, Connecticut"


def test_the_states_markers_are_known_to_the_state_only(tmp_path) -> None:
    row = one(tmp_path, InjuryCityGeo="CT\n(41.575155, -72.738288)", DeathCityGeo=STATE)
    assert PLACE_PRECISIONS[row["place_precision"]] is PlacePrecision.STATE
    assert row["uncertainty_m"] >= 80_000
    assert row["place_name"] == "Connecticut"


def test_a_death_somewhere_in_the_state_stands_at_its_town_of_injury_and_says_what_is_not_known(tmp_path) -> None:
    row = one(tmp_path, DeathCityGeo=STATE)
    assert row["place_name"] == "Hartford, Connecticut"
    assert '"place_of_death": "known to the state only"' in row["attributes"]
    assert "place_of_death" not in one(tmp_path)["attributes"]


def test_an_injury_in_another_state_is_not_put_where_its_name_was_looked_up(tmp_path) -> None:
    chester = {"InjuryCityGeo": "PORT CHESTER, CT\n(41.558102, -72.853897)", "Injury State": "NY"}
    assert one(tmp_path, **chester)["place_name"] == "Norwich, Connecticut"
    assert one(tmp_path, **chester, DeathCityGeo=STATE)["place_name"] == "New York"


def test_a_county_of_a_neighbouring_state_tells_too(tmp_path) -> None:
    westerly = {"Injury State": "", "Injury County": "WASHINGTON", "InjuryCityGeo": "WESTERLY, CT\n(41.76, -72.74)"}
    batches = read(tmp_path, DEATH | westerly)
    assert overdoses(batches)["place_name"].to_list() == ["Norwich, Connecticut"]
    assert notes(batches)["injury in another state, looked up in Connecticut"] == 1


def test_a_town_with_two_points_gets_the_one_that_most_rows_have(tmp_path) -> None:
    other = "HARTFORD, CT\n(41.76, -72.67)"
    batches = read(tmp_path, DEATH, DEATH, DEATH | {"InjuryCityGeo": other})
    assert set(overdoses(batches)["lon"]) == {-72.673356}
    assert notes(batches)["town with more than one point"] == 1


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ({"Fentanyl": "Y POPS"}, {"fentanyl"}),
        ({"Fentanyl": "Y (PTCH)"}, {"fentanyl"}),
        ({"Fentanyl": "", "Gabapentin": "y"}, {"gabapentin", "opiate_nos"}),
        ({"Fentanyl": "N", "Any Opioid": "N"}, {"unknown"}),
        ({"Morphine (Not Heroin)": "PCP NEG"}, {"fentanyl"}),
        ({"Heroin": "Y", "Heroin death certificate (DC)": "Y"}, {"fentanyl", "heroin"}),
        ({"Heroin/Morph/Codeine": "Y"}, {"fentanyl", "opiate_nos"}),
        ({"Heroin/Morph/Codeine": "Y", "Heroin": "Y"}, {"fentanyl", "heroin"}),
        ({"Other": "pcp. Bupren"}, {"fentanyl", "other", "opioid_other"}),
        ({"Other": "MORPHINE/HYDROMORPH"}, {"fentanyl", "morphine", "hydromorphone"}),
        ({"Other": "HYR MORPH"}, {"fentanyl", "hydromorphone"}),
        ({"Other": "buprop"}, {"fentanyl", "other"}),
        ({"Other Opioid": "ketamine"}, {"fentanyl", "ketamine"}),
        ({"Meth/Amphetamine": "Y", "Amphet": "Y"}, {"fentanyl", "methamphetamine", "amphetamine"}),
    ],
)
def test_substances_are_understood(tmp_path, flags: dict[str, str], found: set[str]) -> None:
    assert names(one(tmp_path, **flags)) == found


def test_a_date_reported_is_told_apart(tmp_path) -> None:
    row = one(tmp_path, **{"Date Type": "DateReported"})
    assert str(row["day"]) == "2021-05-27"
    assert json.loads(row["attributes"])["date_reported"] is True


def test_the_spelling_of_the_manner_does_not_matter(tmp_path) -> None:
    batches = read(
        tmp_path, *({**DEATH, "Manner of Death": manner} for manner in ("accident", "ACCIDENT", "Pending", ""))
    )
    manners = [json.loads(text).get("manner") for text in overdoses(batches)["attributes"]]
    assert manners == ["accident", "accident", "pending", None]


def test_rows_that_agree_in_who_when_and_where_are_so_many_deaths(tmp_path) -> None:
    first, second = overdoses(read(tmp_path, DEATH, DEATH))["key"]
    assert first != second


def test_a_corrected_cause_is_the_same_death(tmp_path) -> None:
    before = one(tmp_path)
    after = one(tmp_path, **{"Cause of Death": "Acute Intoxication", "Manner of Death": "Pending", "Cocaine": "Y"})
    assert before["key"] == after["key"]


def test_a_key_tells_nothing_of_the_person(tmp_path) -> None:
    key = one(tmp_path)["key"]
    assert not any(word in key for word in ("2021", "HARTFORD", "Male", "30-39"))


@pytest.mark.parametrize(("column", "value"), [("Date", "13/40/2021"), ("Date", ""), ("Date Type", "guessed")])
def test_a_bad_row_is_kept_aside_without_what_it_says_of_a_person(tmp_path, column: str, value: str) -> None:
    batch = read(tmp_path, DEATH, DEATH | {column: value})[1]
    assert batch.rejects.select("column", "value").rows() == [(column, "")]
    assert overdoses([batch]).height == 1
