"""A row that breaks a rule of the store ends its run with one sentence that says what to do, and no word of the row."""

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadFile

FORMAT = Format("made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()))
NOWHERE = {"lon": None, "lat": None, "uncertainty_m": None, "place_precision": 7}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"pole": "alien"},
            r"a row holds a value out of the range that the store keeps \(entity\.\w+, SQLSTATE 23514\)",
        ),
        ({"name": None}, r"a row says nothing where the store needs a value \(entity\.name, SQLSTATE 23502\)"),
    ],
)
def test_a_broken_rule_is_one_sentence_and_nothing_is_loaded(store, changed: dict[str, str], said: str) -> None:
    row = {"key": "a", "pole": "person", "kind": "person", "name": "Protected Name"} | NOWHERE | changed
    batch = Batch(1, {"entities": pl.DataFrame([row])})
    with pytest.raises(BadFile, match=said + ": nothing of this run was loaded; correct the rows") as told:
        ingest_batches(store, Order(FORMAT, PUBLIC, "tests"), "made", iter([batch]))
    assert "Protected" not in str(told.value)
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        held = connection.execute("SELECT count(*) FROM watchfloor.entity").fetchone()
        kept = connection.execute("SELECT status, error FROM watchfloor.run ORDER BY id DESC LIMIT 1").fetchone()
    assert (held, kept) == ((0,), ("failed", str(told.value)))
