"""`watchfloor tracks` as it is typed: what it says of the files, what it finds, and what mends them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .command_line import watchfloor
from .track_world import fleet, load, shelf_at, url

type Typed = Callable[..., Result]


@pytest.fixture
def typed(store, tmp_path: Path) -> Typed:
    """`watchfloor tracks ...` over a store with five positions of two days, some of it built."""
    load(store, fleet(0, 60, 90, 1500, 1530))

    def run(*arguments: str) -> Result:
        return watchfloor(tmp_path, "tracks", *arguments, kind="EXERCISE", WATCHFLOOR_DATABASE_URL=url(store))

    return run


def told(result: Result) -> dict[str, object]:
    """The JSON that a command printed."""
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def spans(result: Result) -> dict[str, tuple[int, int, int]]:
    """Files, positions and what is to be made, by span."""
    return {row["span"]: (row["files"], row["n_fixes"], row["waiting"]) for row in told(result)["spans"]}


def test_what_was_built_is_told_and_stands_in_the_status(typed: Typed) -> None:
    before = typed("status", "--json")
    built = typed("build", "--json")
    after = typed("status", "--json")

    assert [result.exit_code for result in (before, built, after)] == [0, 0, 0]
    assert spans(before) == {"day": (0, 0, 2), "month": (0, 0, 1), "year": (0, 0, 1)}
    assert {name: told(built)[name] for name in ("days", "months", "years", "n_fixes", "deleted")} == {
        "days": 2, "months": 1, "years": 1, "n_fixes": 5, "deleted": 0
    }  # fmt: skip
    assert spans(after) == {"day": (2, 5, 0), "month": (1, 5, 0), "year": (1, 5, 0)}
    assert (told(before)["n_current"], told(after)["n_current"], told(after)["n_fixes"]) == (0, 5, 5)


def test_a_second_build_makes_nothing(typed: Typed) -> None:
    assert "5 positions in" in typed("build").stdout
    again = typed("build")
    assert "0 positions in" in again.stdout
    assert "0 days, 0 months and 0 years made, 0 old files deleted" in again.stdout


def test_the_status_is_a_table_for_people(typed: Typed) -> None:
    assert "0 of 5 positions stand in derived files as they are now; listed never." in typed("status").stdout
    typed("build")
    said = typed("status").stdout
    assert "5 of 5 positions stand in derived files as they are now; listed 2" in said
    assert [word in said for word in ("day", "month", "year", "Bytes", "To be made")] == [True] * 5


def test_the_status_says_what_cleaning_leaves_out_and_why(typed: Typed, store) -> None:
    away = [fix._replace(lon=90.0, lat=10.0) for fix in fleet(70)]
    load(store, [*away, *[fix._replace(lon=0.0, lat=0.0) for fix in fleet(1510, 1520)]])
    load(store, [fix._replace(lon=1.9, lat=23.0) for fix in fleet(100, craft="desert ship")])
    assert "Of these, cleaning leaves out 0." in typed("status").stdout
    typed("build")
    found = told(typed("status", "--json"))
    assert (found["left_out"], found["on_land"]) == ({"at 0° 0°": 2, "impossible speed": 1}, 1)
    assert "on land, far from any water, drawn all the same: 1." in typed("status").stdout
    assert "Of these, cleaning leaves out 3: 2 at 0° 0°, 1 impossible speed." in typed("status").stdout


def test_sound_files_have_no_faults(typed: Typed) -> None:
    typed("build")
    found = typed("verify", "--json")
    assert (found.exit_code, told(found)) == (0, {"files": 4, "days": 2, "faults": []})
    assert "4 files and 0 days compared: 0 faults." in typed("verify", "--days", "0").stdout


@pytest.mark.parametrize("damage", ["a bit", "cut off", "gone", "empty"])
def test_a_damaged_file_is_found_and_named_and_mended_by_a_new_build(typed: Typed, tmp_path: Path, damage: str) -> None:
    typed("build")
    shelf = shelf_at(tmp_path)
    entry = next(entry for key, entry in sorted(shelf.manifest().entries.items()) if key.span == "month")
    path = tmp_path / "tracks" / entry.name
    whole = path.read_bytes()
    path.write_bytes(
        {"a bit": whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], "cut off": whole[:-1]}.get(damage, b"")
    )
    if damage == "gone":
        path.unlink()

    found = typed("verify", "--json")
    assert (found.exit_code, len(told(found)["faults"])) == (1, 1)
    assert told(found)["faults"][0].startswith(f"{entry.name} is missing or not as it was written")
    assert entry.name in typed("verify").stdout
    assert typed("build", "--anew").exit_code == 0
    assert typed("verify").exit_code == 0
    assert path.read_bytes() == whole


def test_a_damaged_list_is_said_and_mended_by_a_new_build(typed: Typed, tmp_path: Path) -> None:
    typed("build")
    (tmp_path / "tracks" / "manifest.json").write_text("{")

    for command in ("status", "build", "verify"):
        found = typed(command)
        assert found.exit_code != 0
        assert "the list of derived tracks is damaged" in str(found.exception)
    assert typed("build", "--anew").exit_code == 0
    assert typed("verify").exit_code == 0


def test_a_file_that_holds_something_else_than_the_store_is_found(typed: Typed, store, tmp_path: Path) -> None:
    """The digest is of what was written: whether that was right is asked of the store."""
    typed("build")
    shelf = shelf_at(tmp_path)
    manifest = shelf.manifest()
    key, entry = next((key, entry) for key, entry in sorted(manifest.entries.items()) if key.span == "day")
    other = next(other for name, other in manifest.entries.items() if name.span == "day" and name != key)
    forged = shelf.put(key, dict(entry.made_from), [shelf.bucket(other)], other.n_fixes)
    shelf.publish(manifest.replaced([forged], [], manifest.written_s + 1))

    found = typed("verify", "--json", "--days", "9")
    assert found.exit_code == 1
    assert told(found)["faults"] == [
        f"{entry.name} holds 2 positions, the store 3",
        f"{entry.name} differs from what the store gives now",
    ]
