"""The table of real files names every format and every file, and its counts come out even."""

import re
from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "real-files.md").read_text(encoding="utf-8")
ROWS = [
    (file, form, *(int(count.replace(",", "")) for count in counts.split(" | ")))
    for file, form, counts in re.findall(r"^\| \d+ \| `([^`]+)` \| `([^`]+)` \| ([\d, |]+) \|$", PAGE, re.M)
]


def test_every_format_is_counted_or_said_to_have_no_real_file() -> None:
    without = re.search(r"no real file is here[^:]*: (.*)\.$", PAGE, re.M)

    assert without is not None
    assert {form for _, form, *_ in ROWS} | set(re.findall(r"`([^`]+)`", without[1])) == set(FORMATS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_that_was_read_is_accounted_for(row: tuple[str, str, int, int, int, int, int, int]) -> None:
    _, _, read, loaded, unchanged, superseded, quarantined, suppressed = row

    assert read == loaded + unchanged + superseded + quarantined
    assert suppressed >= 0


def test_every_row_that_was_kept_aside_has_its_reason() -> None:
    reasons = re.findall(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \| ([\d,]+) \|$", PAGE, re.M)
    told = {file: 0 for file, _ in reasons}
    for file, n in reasons:
        told[file] += int(n.replace(",", ""))

    assert told == {file: quarantined for file, _, _, _, _, _, quarantined, _ in ROWS if quarantined}


@pytest.mark.real
def test_every_real_file_has_its_row_and_no_other_has(real_data: Path) -> None:
    there = {str(path.relative_to(real_data)) for path in real_data.rglob("*") if path.is_file()}

    assert {file for file, *_ in ROWS} == {name for name in there if not name.startswith("README")}
