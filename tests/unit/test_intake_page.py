"""What the intake page shows of a draft: cells, places as closely as they are known, the link to the explore page."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from watchfloor.app.intake_kinds import form_of
from watchfloor.dashboards.intake import metres, roles_of, table_of
from watchfloor.dashboards.intake_places import explore_link, places_of
from watchfloor.dashboards.links import read_link
from watchfloor.data.ingest.mapping_draft import begin_draft, changed
from watchfloor.data.ingest.mapping_text import MappingText
from watchfloor.geo.errors import BadFile, BadQuestion

RECORDS = pl.DataFrame(
    {
        "key": ["a", "b", "c"],
        "starts": [datetime(2024, 3, 4, tzinfo=UTC)] * 3,
        "lon": [-117.0431, -117.0431, None],
        "lat": [32.5521, 32.5521, None],
        "uncertainty_m": [6000.0, 6000.0, None],
        "place_name": ["<b>x</b>", "y", None],
        "substances": [[1], [1], []],
        "attributes": ['{"note": "=1+1"}', "{}", "{}"],
    }
)
HEAD = "Case,Date,Lat,Lon,Drug,kg\n"
TABLE = HEAD + "1,2024-03-14,32.5521,-117.0431,Cocaine,12.5\n2,2024-05-26,31.3340,-110.9401,Heroin,3\n"


def test_rows_at_one_place_are_one_mark_with_how_well_it_is_known() -> None:
    places = places_of(RECORDS)
    assert places is not None
    assert json.loads(places.marks) == [[-117.0431, 32.5521, 6000.0, 2, "<b>x</b>"]]
    assert (places.rows, places.nowhere, places.finest) == (2, 1, "6 km")


def test_the_view_holds_the_circle_and_a_far_pair_of_places() -> None:
    one, two = (places_of(RECORDS.with_columns(uncertainty_m=radius)) for radius in (20.0, 300_000.0))
    assert one is not None
    assert two is not None
    assert one.zoom > two.zoom
    far = places_of(pl.DataFrame({"lon": [-179.0, 179.0], "lat": [10.0, -10.0]}))
    assert far is not None
    assert (far.lon, far.zoom) == (0.0, pytest.approx(1.8, abs=0.2))


def test_without_a_place_there_is_nothing_to_draw() -> None:
    assert places_of(RECORDS.filter(pl.col("lon").is_null())) is None
    assert places_of(pl.DataFrame({"measure": ["x"]})) is None


def test_the_link_leads_where_and_when_the_rows_are() -> None:
    link = explore_link(places_of(RECORDS), RECORDS, {"target": "seizures"})
    given = dict(part.split("=", 1) for part in link.removeprefix("/explore?").split("&"))
    chosen, faults = read_link(given)
    assert faults == ()
    assert (chosen["lon"], chosen["lat"]) == (-117.0431, pytest.approx(32.55, abs=0.01))
    assert (str(chosen["period"].since), str(chosen["period"].until)) == ("2024-03-04", "2024-03-05")


def test_cells_say_no_more_of_a_moment_than_is_known_and_leave_hostile_text_as_it_is() -> None:
    titles, rows = table_of(RECORDS, {"a": "12.5 kg Cocaine"}, "month")
    first = dict(zip(titles, rows[0], strict=True))
    assert first["When (UTC)"] == "2024-03"
    assert first["Seized"] == "12.5 kg Cocaine"
    assert (first["Known within"], first["Place"], first["Other columns"]) == ("6 km", "<b>x</b>", "note: =1+1")
    assert metres(150.0) == "150 m"


def test_roles_say_which_columns_have_them() -> None:
    roles = {role.key: role.column for role in roles_of({"time": {"columns": ["Day", "Clock"]}, "place": {"lat": "Y"}})}
    assert (roles["time.columns"], roles["place.lat"], roles["place.point"]) == ("Day + Clock", "Y", "")


@pytest.mark.parametrize(
    ("name", "form"), [("a.CSV", "csv"), ("a.csv.gz", "csv"), ("a.2024.gz", "csv"), ("b.ods", "ods")]
)
def test_tables_are_taken_whatever_the_case_of_their_names(name: str, form: str) -> None:
    assert form_of(name) == form


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("areas.geojson", "watchfloor ingest geojson FILE"),
        ("areas.geojson.gz", "watchfloor ingest geojson FILE"),
        ("areas.kmz", "watchfloor ingest kml FILE"),
        ("old.xls", "save it as xlsx"),
        ("picture.png", "hand in csv, tsv, txt, xlsx or ods"),
        ("nothing", "hand in csv"),
    ],
)
def test_what_is_no_table_is_told_what_to_do_instead(name: str, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        form_of(name)


def test_a_kept_mapping_that_nobody_corrected_stays_the_very_same_text(tmp_path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    toml = "# by hand\n" + begin_draft(tmp_path / "a.csv", "csv", {}).toml
    kept = MappingText("mapping 'lab' version 1", toml, 1)
    begun = begin_draft(tmp_path / "a.csv", "csv", {}, kept)
    assert begun.toml == toml
    assert {guess.evidence for guess in begun.draft.guesses} == {"as kept in mapping 'lab' version 1"}
    changed_by_hand = begin_draft(tmp_path / "a.csv", "csv", {"place.precision": "town"}, kept)
    assert 'precision = "town"' in changed_by_hand.toml
    assert changed_by_hand.draft.records["uncertainty_m"][0] == 6000.0


def test_a_kept_mapping_is_corrected_key_by_key() -> None:
    mapping = {"target": "events", "time": {"columns": ["a"], "format": "%d"}, "place": {"lon": "x", "lat": "y"}}
    made = changed(mapping, {"time.columns": "a + b", "place.point": "p", "substances.words.moon dust": "ketamine"})
    assert made["time"]["columns"] == ["a", "b"]
    assert made["place"] == {"point": "p"}
    assert made["substances"] == {"words": {"moon dust": "ketamine"}}
    assert changed(mapping, {"time.format": "-"})["time"] == {"columns": ["a"]}


def test_a_correction_of_the_date_format_is_taken_as_it_stands(tmp_path) -> None:
    (tmp_path / "a.csv").write_text(TABLE.replace("2024-03-14", "14.03.24").replace("2024-05-26", "05.06.24"))
    begun = begin_draft(tmp_path / "a.csv", "csv", {"time.format": "%d.%m.%y"})
    assert begun.draft.rejects.is_empty()
    assert begun.draft.records["starts"][1] == datetime(2024, 6, 5, tzinfo=UTC)


def test_answers_that_make_no_mapping_name_the_key(tmp_path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    with pytest.raises(BadFile, match=r"time\.precision"):
        begin_draft(tmp_path / "a.csv", "csv", {"time.precision": "nearly"})
