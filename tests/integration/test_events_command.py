"""`watchfloor events` as it is typed: what it finds in what is stored, and lists to who may see it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC

from .command_line import watchfloor
from .track_world import url

FORM = Format(
    "made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()), frozenset({"crafts", "fixes"})
)
MARCH = ("--since", "2024-03-01", "--until", "2024-04-01")
HOURS = np.concatenate([np.arange(0, 12, 0.25), np.arange(30, 40, 0.25)])


def silent_ship() -> Batch:
    at = [datetime(2024, 3, 1, tzinfo=UTC) + timedelta(hours=float(hour)) for hour in HOURS]
    places = {"lon": -140.0 + HOURS / 6, "lat": np.zeros(len(HOURS))}
    crafts = pl.DataFrame({"kind": "vessel", "identifier": ["1"], "category": ["other"], "name": ["=A [red]ship"]})
    fixes = pl.DataFrame({"craft_kind": "vessel", "identifier": "1", "at": at, **places})
    return Batch(len(HOURS), {"crafts": crafts, "fixes": fixes})


def test_what_was_found_is_listed(store, tmp_path: Path) -> None:
    ingest_batches(store, Order(FORM, PUBLIC, "tests"), "made", iter([silent_ship()]))

    def typed(*arguments: str) -> str:
        found = watchfloor(tmp_path, "events", *arguments, kind="EXERCISE", WATCHFLOOR_DATABASE_URL=url(store))
        assert found.exit_code == 0, found.output
        return found.stdout

    assert json.loads(typed("find", "--json"))["events"] > 0
    assert "0 events found in 0 days" in typed("find")
    (gap,) = json.loads(typed("list", *MARCH, "--kind", "gap", "--json"))["events"]
    assert (gap["starts"], gap["craft_name"]) == ("2024-03-01T11:45:00+00:00", "=A [red]ship")
    assert "=A [red]ship" in " ".join(typed("list", *MARCH, "--preset", "gfw").split())
    assert "0 of 0 events shown" in typed("list", *MARCH, "--bbox", "0,0,1,1")
