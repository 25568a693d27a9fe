"""docs/formats.md: the format that it shows works, and the counts that it tells are those of the tests."""

import re
from pathlib import Path

from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text()


def test_the_format_that_the_page_shows_loads_a_table(store, tmp_path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    module: dict[str, object] = {}
    exec(compile(code, "phone_tips.py", "exec"), module)
    form = module["FORMAT"]
    assert isinstance(form, Format)
    (tmp_path / "tips.csv").write_text("Call,At,Lon,Lat\n7,2024-01-31 23:59,-80.2,25.8\n8,yesterday,-80.2,25.8\n")
    report = ingest(store, Order(form, PUBLIC, "tests"), [tmp_path / "tips.csv"])
    assert report.totals() == {"read": 2, "loaded": 1, "unchanged": 0, "superseded": 0, "quarantined": 1}


# the others are read from files that no publisher gives to all
WITH_PUBLIC_FILES = set(FORMATS) - {"csv", "xlsx", "ods", "geojson", "geopackage", "kml", "stix"}


def test_the_counts_on_the_page_add_up() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|[^|]*\|" + r" ([\d,]+) \|" * 5, PAGE, re.M)
    assert {name for name, *_ in told} >= WITH_PUBLIC_FILES
    for name, *counts in told:
        read, *others = (int(count.replace(",", "")) for count in counts)
        assert read == sum(others), name
