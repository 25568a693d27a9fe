"""Tables in the wild: what is drafted for each, how sure, what is asked, and that the draft reads its rows."""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.suggest import Draft, suggest, toml_of
from watchfloor.data.ingest.suggest_findings import Sureness
from watchfloor.geo.errors import BadFile


@dataclass(frozen=True)
class Wild:
    """A file, what its draft must hold, where and when its first row is, and what must be asked."""

    text: str | bytes
    drafted: dict[str, Any]
    first: tuple[float, float] | None = None
    starts: datetime | None = None
    asked: set[str] = field(default_factory=set)
    kept_aside: int = 0


WILD = {
    "US, month first, pounds in the name": Wild(
        "Case Number,Date,Latitude,Longitude,Drug,Weight (lbs)\n1,3/15/2024,32.5521,-117.0431,Cocaine,12.5\n"
        "2,12/31/2023,31.3340,-110.9401,Meth,\"1,204.50\"\n",
        {"target": "seizures", "time.format": "%m/%d/%Y", "quantity.unit": "lbs", "record.key": ["Case Number"]},
        (-117.0431, 32.5521), datetime(2024, 3, 15, tzinfo=UTC), {"place.precision"},
    ),
    "European, semicolons, decimal commas": Wild(
        "Fall;Datum;Breite;Länge;Stoff;Menge;Einheit\n17;05.03.2024;53,5461;9,9661;Kokain;1.250,50;kg\n"
        "18;31.12.2023;51,9496;4,1453;Heroin;3,25;kg\n",
        {"table.delimiter": ";", "table.decimal": ",", "time.format": "%d.%m.%Y", "quantity.unit_column": "Einheit"},
        (9.9661, 53.5461), datetime(2024, 3, 5, tzinfo=UTC),
    ),
    "Mexican, in cp1252, words in Spanish": Wild(
        "Folio,Fecha,Municipio,Latitud,Longitud,Sustancia,Peso (kg)\n1,25/03/2024,Cancún,21.1619,-86.8515,Cocaína,3.2\n"
        "2,05/04/2024,Culiacán,24.8091,-107.3940,Metanfetamina,10\n".encode("cp1252"),
        {"table.encodings": ["utf-8", "cp1252"], "time.format": "%d/%m/%Y", "place.name": "Municipio",
         "substances.words": {"Cocaína": "cocaine", "Metanfetamina": "methamphetamine"}},
        (-86.8515, 21.1619), datetime(2024, 3, 25, tzinfo=UTC),
    ),
    "day or month first, not proven": Wild(
        "id,date,lat,lon,drug,kg\n1,03/04/2024,40.7,-74.1,heroin,1\n2,05/06/2024,40.8,-74.2,heroin,2\n",
        {"target": "seizures"}, (-74.1, 40.7), asked={"time.day_first"},
    ),
    "several writings of a date": Wild(
        "id,date,lat,lon,drug,kg\n1,31/12/2023,40.7,-74.1,heroin,1\n2,2024-03-05,40.8,-74.2,heroin,2\n"
        "3,5 Mar 2024,40.8,-74.2,heroin,2\n",
        {"target": "seizures"}, (-74.1, 40.7), datetime(2023, 12, 31, tzinfo=UTC),
    ),
    "degrees, minutes and seconds": Wild(
        "ref,when,lat,lon,what\n"
        "A,2024-03-05 10:00,40°42'46\"N,74°00'22\"W,stop\nB,2024-03-06 11:30,41°00'00\"N,73°30'00\"W,stop\n",
        {"target": "events", "place.writing": "dms"}, (-74.006111, 40.712778), asked={"record.kind", "time.zone"},
    ),
    "MGRS": Wild(
        "report,date,grid\n1,2024-03-05,18SUJ2348306479\n2,2024-03-06,18S UJ 23483 06480\n",
        {"place.writing": "mgrs", "place.point": "grid"}, (-77.0352, 38.8895),
    ),
    "UTM with a zone": Wild(
        "id,date,zone,easting,northing\n1,2024-03-05,18T,585628.2,4511322.4\n2,2024-03-06,18T,585700.0,4511400.0\n",
        {"place.writing": "utm", "place.zone_column": "zone"}, (-73.986, 40.748),
    ),
    "swapped axes": Wild(
        "id,date,lat,lon,drug,g\n1,2024-03-05,-117.04,32.55,heroin,1\n2,2024-03-06,-110.94,31.33,heroin,2\n",
        {"place.swapped": True}, (-117.04, 32.55),
    ),
    "WKT": Wild(
        "id,date,geom,drug,g\n"
        "1,2024-03-05,POINT (-117.04 32.55),heroin,1\n2,2024-03-06,POINT (-110.94 31.33),heroin,2\n",
        {"place.writing": "wkt"}, (-117.04, 32.55),
    ),
    "GeoJSON in a cell": Wild(
        'id;date;geom;drug;g\n1;2024-03-05;{"type":"Point","coordinates":[-117.04,32.55]};heroin;1\n'
        '2;2024-03-06;{"type":"Point","coordinates":[-110.94,31.33]};heroin;2\n',
        {"place.writing": "geojson"}, (-117.04, 32.55),
    ),
    "a pair in brackets": Wild(
        'id,date,where,drug,g\n1,2024-03-05,"(41.76, -72.67)",heroin,1\n2,2024-03-06,"(40.71, -74.00)",heroin,2\n',
        {"place.point": "where", "place.order": "lat lon"}, (-72.67, 41.76),
    ),
    "an Excel export: titles, footer, clock in its own column": Wild(
        "Seizures 2024,,,,,\n"
        "prepared for the board,,,,,\nNo,Date,Time,Port,Drug,Amount\n1,03/25/2024,11:05 PM,El Paso,coke,\"3,2 kg\"\n"
        "2,03/26/2024,1:15 AM,Laredo,meth,\"12,5 g\"\nTotal,,,,,2\nSource: board,,,,,\n",
        {"target": "seizures", "time.columns": ["Date", "Time"], "table.end": ["Total"], "quantity.unit_in_cell": True},
        starts=datetime(2024, 3, 25, 23, 5, tzinfo=UTC), asked={"time.zone"},
    ),
    "wide seizures": Wild(
        "id,date,lat,lon,Cocaine (kg),Heroin (g)\n1,2024-03-05,32.55,-117.04,2.5,\n2,2024-03-06,31.33,-110.94,1.5,300\n"
        "3,2024-03-07,31.33,-110.94,4.25,100\n",
        {"target": "seizures", "wide": [{"column": "Cocaine (kg)", "substance": "cocaine", "unit": "kg"},
                                        {"column": "Heroin (g)", "substance": "heroin", "unit": "g"}]},
        (-117.04, 32.55),
    ),
    "wide overdoses": Wild(
        "run,date,lat,lon,Fentanyl,Alcohol\n1,2024-03-05,41.76,-72.67,Y,N\n2,2024-03-06,41.31,-72.92,N,Y\n",
        {"target": "overdoses"}, (-72.67, 41.76), asked={"record.is_fatal", "place.precision"},
    ),
    "reported counts per month": Wild(
        "State,Month,Visits\nNY,2024-01,6\nCA,2024-01,12\nNY,2024-02,7\n",
        {"target": "reported", "value.measure": "vessel_calls", "value.place_code": "US-{State}"},
        asked={"value.measure"},
    ),
    "positions of vessels, tabs": Wild(
        "MMSI\tt\tLAT\tLON\tSOG\n"
        "366940480\t1633608000\t52.48\t-174.02\t10.0\n366940481\t1633608001\t52.49\t-174.03\t9.0\n",
        {"target": "fixes", "time.format": "unix", "table.delimiter": "\t", "craft.identifier": "MMSI"},
        (-174.02, 52.48),
    ),
    "names for the gazetteer": Wild(
        "id,date,city,drug,kg\n"
        "1,2024-03-05,Dubai,heroin,1\n2,2024-03-06,Kabul,heroin,2\n3,2024-03-07,Nowhere,heroin,2\n",
        {"place.gazetteer": ["city"], "place.name": "city"}, (55.271, 25.205), kept_aside=1,
    ),
    "hostile texts": Wild(
        "id,date,lat,lon,drug,kg,note\n1,2024-03-05,32.55,-117.04,heroin,1,<script>alert(1)</script>\n"
        "2,2024-03-06,31.33,-110.94,\"x\"\" = [[\",2,=cmd|' /C calc'!A0\n",
        {"target": "seizures"}, (-117.04, 32.55), kept_aside=1,
    ),
}  # fmt: skip


def draft(folder: Path, text: str | bytes, answers: dict[str, str] | None = None) -> Draft:
    (folder / "table.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return suggest(folder / "table.csv", "csv", answers)


def found(mapping: dict[str, Any], path: str) -> Any:
    value: Any = mapping
    for key in path.split("."):
        value = value[key]
    return value


@pytest.mark.parametrize("style", WILD)
def test_a_table_is_drafted_as_its_style_needs(tmp_path, style: str) -> None:
    wild = WILD[style]
    made = draft(tmp_path, wild.text)
    assert {path: found(made.mapping, path) for path in wild.drafted} == wild.drafted
    assert wild.asked <= {question.key for question in made.questions}
    assert made.rejects.height == wild.kept_aside
    if wild.first is not None:
        assert made.records.select("lon", "lat").row(0) == pytest.approx(wild.first, abs=1e-3)
    if wild.starts is not None:
        assert made.records["starts"][0] == wild.starts


@pytest.mark.parametrize("style", WILD)
def test_a_draft_is_a_mapping_that_loads(tmp_path, style: str) -> None:
    made = draft(tmp_path, WILD[style].text)
    (tmp_path / "map.toml").write_text(made.toml)
    assert load_mapping(tmp_path / "map.toml") == Mapping.model_validate(made.mapping)


def test_an_answer_takes_its_question_away(tmp_path) -> None:
    text = WILD["day or month first, not proven"].text
    made = draft(tmp_path, text, {"time.day_first": "month first"})
    assert "time.day_first" not in {question.key for question in made.questions}
    assert made.records["starts"][0] == datetime(2024, 3, 4, tzinfo=UTC)


def test_what_all_rows_prove_is_certain_and_says_so(tmp_path) -> None:
    made = draft(tmp_path, WILD["US, month first, pounds in the name"].text)
    (time,) = (guess for guess in made.guesses if guess.key == "time.columns")
    assert (time.sureness, time.evidence) == (Sureness.CERTAIN, "2 of 2 parse")


def test_columns_that_may_identify_persons_are_left_out(tmp_path) -> None:
    made = draft(tmp_path, "id,date,drug,kg,Patient Name,unit of police\n1,2024-03-05,heroin,1,Doe,K9\n")
    assert made.mapping["record"]["attributes"] == {"unit_of_police": "unit of police"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2\n3,4\n", "looks like a header"),
        ("a,a\n1,2\n", "looks like a header"),
        ("id,date\n", "no rows under it"),
        ("name,x\nb,c\n", "no column says"),
    ],
)
def test_a_file_without_a_table_is_refused_with_what_to_do(tmp_path, text: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        draft(tmp_path, text)


def test_any_text_survives_in_toml() -> None:
    texts = {"a": '"quote" \\ [x]\n\x7f\x01é\u2028', "b": ["]]", "'''"]}
    assert tomllib.loads(toml_of({"t": texts})) == {"t": texts}


def test_the_end_of_a_long_file_is_looked_at(tmp_path) -> None:
    rows = "".join(f"{at},2024-03-{at % 28 + 1:02},heroin,1\n" for at in range(250_000))
    made = draft(tmp_path, f"id,date,drug,kg\n{rows}Total,,,250000\n")
    assert not made.sample.is_whole
    assert made.mapping["table"]["end"] == ["Total"]
    assert made.sample.frame.height <= 9_000
