"""A big load is told to the planner at once, a small one is left to autovacuum."""

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import statistics
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC

FORMAT = Format("made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()))
TOLD = (
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'watchfloor' AND last_analyze IS NOT NULL "
    "AND last_analyze > %s ORDER BY relname"
)


def load(store, n: int) -> None:
    keys = [f"event-{number}" for number in range(n)]
    events = pl.DataFrame(
        {
            "key": keys,
            "kind": "seizure",
            "title": "Seizure",
            "starts": pl.Series([f"2024-05-{1 + i % 28:02d}T00:00:00" for i in range(n)]).str.to_datetime(
                time_unit="us", time_zone="UTC"
            ),
            "time_precision": pl.Series([2] * n, dtype=pl.Int16),
            "lon": [-72.0 - i % 7 for i in range(n)],
            "lat": [41.0] * n,
            "uncertainty_m": [20.0] * n,
            "place_precision": pl.Series([0] * n, dtype=pl.Int16),
        }
    )
    items = pl.DataFrame({"event_key": keys, "substance_id": pl.Series([1] * n, dtype=pl.Int16), "unit": ["kg"] * n})
    batch = Batch(n, {"events": events, "seizure_items": items})
    ingest_batches(store, Order(FORMAT, PUBLIC, "tests"), "made", iter([batch]))


def analysed(store, since) -> list[str]:
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        # the numbers of other sessions are read anew
        owner.execute("SELECT pg_stat_clear_snapshot()")
        return [name for (name,) in owner.execute(TOLD, [since])]


def now(store):
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return owner.execute("SELECT clock_timestamp()").fetchone()[0]


def estimated(store) -> int:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        plan = owner.execute("EXPLAIN (FORMAT json) SELECT id FROM watchfloor.event WHERE kind = 'seizure'").fetchone()
    return plan[0][0]["Plan"]["Plan Rows"]


def test_a_big_load_tells_the_planner_of_what_it_filled_and_of_what_was_derived(store) -> None:
    began = now(store)

    load(store, statistics.FROM_ROWS)

    assert {"event", "seizure_item", "event_rollup"} <= set(analysed(store, began))
    assert "fix" not in analysed(store, began)
    assert estimated(store) == pytest.approx(statistics.FROM_ROWS, rel=0.02)


def test_a_small_load_is_left_to_autovacuum(store) -> None:
    load(store, 50)

    assert statistics.tell_planner(store, {"events"}, statistics.FROM_ROWS - 1) == []


def test_a_load_that_is_small_beside_its_table_changes_no_plan(store) -> None:
    load(store, statistics.FROM_ROWS)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute("UPDATE pg_class SET reltuples = 1e7 WHERE oid = 'watchfloor.event'::regclass")

    told = statistics.tell_planner(store, {"events"}, statistics.FROM_ROWS)

    assert "event" not in told
    assert "seizure_item" in told


def test_a_planner_that_cannot_be_told_spoils_no_run(store) -> None:
    class Refused:
        """The store, as somebody who owns nothing in it."""

        def conninfo(self, role: str) -> str:
            return store.conninfo(Role.APP if role == Role.OWNER else role)

    load(store, 50)

    # the server warns and skips the table, or refuses: neither is an error of the run
    assert isinstance(statistics.tell_planner(Refused(), {"events"}, statistics.FROM_ROWS), list)
