"""Raw AIS: tag blocks and times, parts put together, checksums, what is a craft and what is none."""

import json
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyais.encode import encode_dict

from watchfloor.data.ingest.ais_nmea import FORMAT
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.fix_flags import FixFlag

POSITION = {"type": 1, "mmsi": 219000431, "lon": 12.5, "lat": 55.5, "speed": 10.4, "course": 140.7, "heading": 267}
STATIC = {"type": 5, "mmsi": 219000431, "imo": 9214484, "callsign": "OXAB", "shipname": "EXAMPLE", "ship_type": 30} | {
    "to_bow": 29,
    "to_stern": 15,
    "to_port": 5,
    "to_starboard": 5,
    "draught": 6.4,
}


def sentences(**said: Any) -> list[str]:
    given = (STATIC if said.get("type") == 5 else POSITION) | said
    return list(encode_dict(given, sentence_type="VDM"))


def sealed(text: str) -> str:
    return f"{text}*{reduce(int.__xor__, text.encode(), 0):02X}"


def tagged(sentence: str, at: object = 1384257600) -> str:
    return f"\\{sealed(f's:example,c:{at}')}\\{sentence}"


def read(folder: Path, *lines: str) -> Batch:
    (folder / "ais.nmea").write_bytes(b"".join(line.encode("latin-1") + b"\r\n" for line in lines))
    batches = list(FORMAT.read(open_file(folder / "ais.nmea"), Options()))
    frames = {name: pl.concat([conform(name, b.frames[name]) for b in batches]) for name in ("fixes", "crafts")}
    notes: dict[str, int] = {}
    for batch in batches:
        notes |= batch.notes
    return Batch(sum(b.read for b in batches), frames, pl.concat([b.rejects for b in batches]), notes)


def one(folder: Path, *lines: str) -> dict[str, Any]:
    return read(folder, *lines).frames["fixes"].row(0, named=True)


@pytest.mark.parametrize("at", [1384257600, 1384257600000])
def test_a_position_has_the_moment_of_its_tag_block_in_seconds_or_milliseconds(tmp_path, at: int) -> None:
    fix = one(tmp_path, tagged(sentences()[0], at))
    assert (fix["identifier"], fix["lon"], fix["lat"], fix["flags"]) == ("219000431", 12.5, 55.5, 0)
    assert (str(fix["at"]), round(fix["speed_kn"], 1), fix["heading_deg"]) == ("2013-11-12 12:00:00+00:00", 10.4, 267)


def test_a_line_of_time_holds_for_the_next_message_alone(tmp_path) -> None:
    time = "$" + sealed("PGHP,1,2013,11,12,12,0,0,219,219,,2190067,1,62")
    batch = read(tmp_path, "\\si:AISD*3F\\", time, *sentences(), *sentences(lon=13.0))
    assert [str(at) for at in batch.frames["fixes"]["at"]] == ["2013-11-12 12:00:00.219000+00:00"]
    assert batch.rejects.select("line", "column").rows() == [(4, "at")]


def test_a_tag_block_whose_checksum_does_not_hold_tells_no_time(tmp_path) -> None:
    batch = read(tmp_path, tagged(sentences()[0]).replace("c:138", "c:139"))
    assert (batch.frames["fixes"].height, batch.rejects["column"].to_list()) == (0, ["at"])
    assert batch.notes["tag block whose checksum does not hold"] == 1


def test_parts_are_put_together_though_others_stand_between(tmp_path) -> None:
    first, second = sentences(type=5)
    batch = read(tmp_path, tagged(first), tagged(sentences()[0]), second)
    craft = batch.frames["crafts"].row(0, named=True)
    assert (batch.frames["crafts"].height, craft["name"], craft["category"]) == (1, "EXAMPLE", "fishing")
    said = json.loads(craft["attributes"])
    assert said == {
        "call_sign": "OXAB",
        "imo": "9214484",
        "vessel_type": "30",
        "length_m": 44,
        "width_m": 10,
        "draft_m": 6.4,
    }
    assert (batch.read, batch.frames["fixes"].height) == (1, 1)


@pytest.mark.parametrize(("kept", "reason"), [(0, "of which 1 came"), (1, "parts before it are missing")])
def test_a_message_without_all_of_its_parts_is_kept_aside(tmp_path, kept: int, reason: str) -> None:
    batch = read(tmp_path, tagged(sentences(type=5)[kept]))
    assert [reason in row for row in batch.rejects["reason"]] == [True]
    assert batch.frames["crafts"].height == 0


def test_type_24_names_a_vessel_in_two_messages(tmp_path) -> None:
    name = sentences(type=24, partno=0, shipname="EXAMPLE")
    kind = sentences(type=24, partno=1, ship_type=37, callsign="5QME")
    craft = read(tmp_path, *name, *kind).frames["crafts"].row(0, named=True)
    assert (craft["name"], craft["category"]) == ("EXAMPLE", "pleasure")


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ({"type": 4}, "report of a base station, which is no craft"),
        ({"type": 21, "name": "BUOY"}, "report of an aid to navigation, which is no craft"),
        ({"type": 8, "data": b"abc"}, "message of another kind"),
    ],
)
def test_what_is_no_craft_is_counted_and_left_out(tmp_path, said: dict[str, Any], note: str) -> None:
    batch = read(tmp_path, *(tagged(sentence) for sentence in sentences(**said)))
    assert (batch.read, batch.notes[note]) == (0, 1)


@pytest.mark.parametrize("kind", [1, 2, 3, 18, 19, 27])
def test_every_kind_of_position_is_read(tmp_path, kind: int) -> None:
    assert round(one(tmp_path, *(tagged(s) for s in sentences(type=kind)))["lat"], 3) == 55.5


@pytest.mark.parametrize(
    ("said", "field", "flag"),
    [
        ({"speed": 102.3}, "speed_kn", FixFlag.SPEED_UNKNOWN),
        ({"course": 360}, "course_deg", FixFlag.COURSE_UNKNOWN),
        ({"heading": 511}, "heading_deg", FixFlag(0)),
        ({"heading": 400}, "heading_deg", FixFlag.HEADING_IMPOSSIBLE),
        ({"type": 27, "speed": 63}, "speed_kn", FixFlag.SPEED_UNKNOWN),
        ({"type": 27, "course": 511}, "course_deg", FixFlag.COURSE_UNKNOWN),
    ],
)
def test_not_available_becomes_null(tmp_path, said: dict[str, Any], field: str, flag: FixFlag) -> None:
    fix = one(tmp_path, tagged(sentences(**said)[0]))
    assert (fix[field], FixFlag(fix["flags"])) == (None, flag)


def test_a_number_with_fewer_digits_has_its_zeros(tmp_path) -> None:
    fix = one(tmp_path, tagged(sentences(mmsi=2190067)[0]))
    assert (fix["identifier"], FixFlag(fix["flags"])) == ("002190067", FixFlag.NOT_A_VESSEL)


@pytest.mark.parametrize(
    ("said", "column"), [({"lat": 91.0}, "LAT"), ({"lon": 181.0}, "LON"), ({"lat": 0.0, "lon": 0.0}, "LAT")]
)
def test_no_position_is_kept_aside(tmp_path, said: dict[str, Any], column: str) -> None:
    assert read(tmp_path, tagged(sentences(**said)[0])).rejects["column"].to_list() == [column]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("!AIVDM,1,1,,A,13@:`L001N0ded0O6Fp8wW<00<0t,0*63", "checksum"),
        ("!AIVDM,1,1,,A", "sentence"),
        ("!AIVDM,x,1,,A,13@,0*00", "sentence"),
        ("=cmd|'/c calc'!A1", "sentence"),
        ("<script>alert(1)</script>", "sentence"),
        ("!AIVDM,1,1,,A,\xff\xfe,0*00", "sentence"),
        ("!" + sealed("AIVDM,1,1,,A,13@:`L,0"), "payload"),
        ("!" + sealed("AIVDM,1,1,,A,,0"), "payload"),
    ],
)
def test_a_line_that_cannot_be_used_is_kept_aside_as_text(tmp_path, line: str, column: str) -> None:
    batch = read(tmp_path, tagged(sentences()[0]), line)
    assert batch.rejects.select("line", "column").rows() == [(2, column)]
    assert (batch.read, batch.frames["fixes"].height) == (2, 1)


def test_other_sentences_are_counted(tmp_path) -> None:
    batch = read(tmp_path, "$PSTT,10A,1*00", tagged(sentences()[0]), "")
    assert (batch.read, batch.notes["sentence that is no AIS"]) == (1, 1)


@pytest.mark.parametrize("line", ["a,b,c", "x" * 5_000, "\x00\x01\x02"])
def test_a_file_without_a_sentence_is_refused(tmp_path, line: str) -> None:
    with pytest.raises(BadFile, match="NMEA 0183"):
        read(tmp_path, line)
