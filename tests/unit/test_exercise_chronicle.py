"""The recorded past of the exercise world: late and corrected, never before it happened, and whole in the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from watchfloor.data.exercise.chronicle import Chronicle, moments_before
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.world import WorldStream, checked_plan, make_world
from watchfloor.data.ingest.format import RECORDS

UNTIL = date(2025, 11, 22)
SCALE = 0.04
KEYS = {"reported": ["measure", "place_code", "starts"], "seizure_items": ["event_key", "substance_id"]}


@dataclass(frozen=True)
class Past:
    """All that the batches told, with the number of the batch and the moment at which it was recorded."""

    told: dict[str, pl.DataFrame]
    moments: list[datetime]
    truth: dict[str, Planted]

    def recorded(self, name: str) -> pl.DataFrame:
        """Editions with `recorded`."""
        ends = [*self.moments, datetime(2025, 11, 22, 12, tzinfo=UTC)]
        at = pl.DataFrame({"batch": range(len(ends)), "recorded": ends}, schema_overrides={"batch": pl.Int64})
        return self.told[name].join(at, on="batch")


@pytest.fixture(scope="module")
def past() -> Past:
    plan = checked_plan(7, SCALE, UNTIL)
    moments = moments_before(plan, datetime(2025, 11, 22, 12, tzinfo=UTC))
    chronicle = Chronicle(plan, moments)
    parts: dict[str, list[pl.DataFrame]] = {}
    for batch, frames in chronicle.told(WorldStream(plan, Places.shipped()).records()):
        for name, frame in frames.items():
            parts.setdefault(name, []).append(frame.with_columns(pl.lit(batch, pl.Int64).alias("batch")))
    told = {name: pl.concat(frames) for name, frames in parts.items()}
    return Past(told, moments, {one.kind: one for one in chronicle.truth})


def newest(past: Past, name: str) -> Iterator[pl.DataFrame]:
    frame = past.told[name]
    keys = KEYS.get(name, ["key"] if "key" in frame.columns else [])
    whole = frame.sort("batch").unique(keys, keep="last", maintain_order=True) if keys else frame
    if name in {"events", "seizure_items"}:
        gone = past.told["withdrawals"]["key"].implode()
        whole = whole.filter(~pl.col("key" if name == "events" else "event_key").is_in(gone))
    yield whole.drop("batch")


@pytest.mark.parametrize("name", ["events", "overdoses", "reported", "entities", "links", "operations", "fixes"])
def test_the_last_editions_of_all_records_are_the_world(past: Past, name: str) -> None:
    world = make_world(7, SCALE, UNTIL, Places.shipped()).frames[name]
    (last,) = newest(past, name)

    order = ["craft_kind", "identifier", "at"] if name == "fixes" else KEYS.get(name, ["key"])
    assert last.sort(order).equals(world.sort(order))


def test_no_record_is_known_before_it_happened(past: Past) -> None:
    seizures, fixes, links = past.recorded("events"), past.recorded("fixes"), past.recorded("links")

    assert (seizures["recorded"] >= seizures["starts"]).all()
    assert (fixes["recorded"] >= fixes["at"]).all()
    past_links = links.filter(pl.col("starts") < datetime(2025, 11, 22, tzinfo=UTC))
    assert past_links.height
    assert (past_links["recorded"] >= past_links["ends"].fill_null(past_links["starts"])).all()


def test_no_link_is_known_before_the_records_that_it_joins(past: Past) -> None:
    ends = [
        past.told[name].group_by("key").agg(pl.col("batch").min().alias("known")) for name in ("events", "entities")
    ]
    known, links = pl.concat(ends), past.told["links"]

    for end in ("from_key", "to_key"):
        joined = links.join(known, left_on=end, right_on="key")
        assert joined.height
        assert (joined["batch"] >= joined["known"]).all()


def test_no_record_stands_twice_in_a_batch(past: Past) -> None:
    repeated = {
        name: frame.select("key", "batch").is_duplicated().sum()
        for name, frame in past.told.items()
        if name in RECORDS and "key" in frame.columns
    }

    assert not any(repeated.values()), repeated


def test_reports_are_late_and_skewed(past: Past) -> None:
    fine = past.recorded("events").filter((pl.col("batch") > 0) & (pl.col("time_precision") < 3))
    first = fine.sort("batch").unique("key", keep="first").with_columns(late=pl.col("recorded") - pl.col("starts"))
    recent = first.filter(pl.col("starts") > datetime(2025, 11, 22, tzinfo=UTC) - timedelta(days=60))

    assert recent["late"].median() < timedelta(days=7)
    assert recent["late"].max() > timedelta(days=14)
    assert "late_report" in past.truth


def test_a_weight_amended_after_the_laboratory_was_heavier_at_first(past: Past) -> None:
    keys = past.truth["amended_weight"].subjects
    items = past.told["seizure_items"].filter(pl.col("event_key").is_in(list(keys)) & (pl.col("unit") == "kg"))
    weights = items.sort("batch").group_by("event_key", "substance_id").agg("amount", "original")

    assert weights.height >= len(keys) > 0
    assert all(gross > net for gross, net in weights["amount"].drop_nulls().to_list() if gross is not None)
    assert all(first != last for first, last in weights["original"].to_list() if first is not None)


def test_a_place_made_finer_was_told_as_a_county_that_holds_it(past: Past) -> None:
    keys = past.truth["refined_place"].subjects
    events = past.told["events"].filter(pl.col("key").is_in(list(keys))).sort("batch").group_by("key")
    told = events.agg("uncertainty_m", "place_name", "title", "lon")

    assert told.height == len(keys) > 0
    assert (told["uncertainty_m"].list.get(0) > told["uncertainty_m"].list.get(1) * 100).all()
    assert told["title"].list.get(0).str.ends_with(" county area").all()


def test_a_double_is_withdrawn_after_it_was_told(past: Past) -> None:
    keys = past.truth["withdrawn_double"].subjects
    told = past.told["events"].filter(pl.col("key").is_in(list(keys))).select("key", began="batch")
    joined = told.join(past.told["withdrawals"], on="key")

    assert joined.height == len(keys) > 0
    assert (joined["batch"] > joined["began"]).all()


def test_the_same_world_has_the_same_past() -> None:
    plan = checked_plan(7, 0.01, UNTIL)
    moments = moments_before(plan, datetime(2026, 1, 1, tzinfo=UTC))
    told = [_digest(Chronicle(plan, moments), WorldStream(plan, Places.shipped())) for _ in range(2)]

    assert told[0] == told[1]


def _digest(past: Chronicle, world: WorldStream) -> list[tuple[int, str, int]]:
    told = past.told(world.records())
    return [(batch, name, frame.hash_rows().sum()) for batch, frames in told for name, frame in frames.items()]


def test_batches_lie_before_the_moment_of_loading() -> None:
    plan = checked_plan(7, 0.01, UNTIL)

    moments = moments_before(plan, datetime(2025, 11, 16, 12, tzinfo=UTC))

    assert len(moments) == 10
    assert max(moments) < datetime(2025, 11, 16, 12, tzinfo=UTC)
