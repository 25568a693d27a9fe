"""When the records of the exercise world became known: late, in batches, and some of them not rightly at first.

What the world tells is the last edition of every record. Here each is given the batch in which it was first taken down,
and some an earlier edition, which a later batch corrects. The last batch is the load itself, recorded at its moment.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.editions import Edition, Frames, Known, batch_of_fixes, of_overdoses, of_reported
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.record_editions import of_cases, of_entities, of_links, of_notices, of_operations
from watchfloor.data.exercise.seizure_editions import of_events
from watchfloor.data.exercise.truth import Planted

DAYS_BEFORE: Final = (365, 180, 91, 56, 35, 28, 21, 14, 10, 7, 5, 3, 2, 1)
"""Batches before the last, by days before the end of the world; what is older than the first came with it."""
_HOUR_OF_BATCH: Final = timedelta(hours=3, minutes=10)
_HELD_ROWS: Final = 50_000
_MANY_PARTS: Final = frozenset({"fixes", "links"})
_EDITIONS: Final[Mapping[str, Callable[[np.random.Generator, Known, Frames], list[Edition]]]] = {
    "events": of_events,
    "overdoses": of_overdoses,
    "reported": of_reported,
    "entities": of_entities,
    "links": of_links,
    "cases": of_cases,
    "operations": of_operations,
    "deconflictions": of_notices,
}


def moments_before(plan: Plan, loading: datetime) -> list[datetime]:
    """When each batch but the last was recorded, in order; all of them lie before the moment of loading."""
    made = [plan.horizon_utc - timedelta(days=days) + _HOUR_OF_BATCH for days in DAYS_BEFORE]
    return [moment for moment in made if moment < loading]


def released_after(plan: Plan) -> tuple[int, ...]:
    """Batches after which overdose counts were released, beside the last: that of two weeks ago, and the first.

    In a small world the first would leave too few for the next: persons wait until there are enough of them.
    """
    return (0, 7) if plan.scale >= 1 else (7,)


@dataclass(slots=True)
class Chronicle:
    """Splits a world that passes into what each batch tells.

    moments: of all batches but the last. truth: what was known late or corrected, whole once the world has passed.
    """

    plan: Plan
    moments: Sequence[datetime]
    truth: list[Planted] = field(default_factory=list)
    _held: dict[tuple[str, int], list[pl.DataFrame]] = field(default_factory=dict)

    def told(self, world: Iterator[Frames]) -> Iterator[tuple[int, Frames]]:
        """The number of a batch and frames of it; each record stands once in a batch, with what belongs to it."""
        plain = [moment.replace(tzinfo=None) for moment in self.moments]
        known, numbers = Known(self.plan, np.array(plain, "datetime64[us]")), count()
        for together in world:
            if "fixes" in together:
                made = _fixes(known, together["fixes"])
            else:
                made = _by_batch(_editions(self.plan.stream(f"chronicle.{next(numbers)}"), known, together))
            yield from self._hold(made) if together.keys() & _MANY_PARTS else made
        yield from ((batch, {name: pl.concat(parts)}) for (name, batch), parts in sorted(self._held.items()))
        yield from _withdrawals(known.withdrawn)
        self.truth += known.truth()

    def _hold(self, made: Iterator[tuple[int, Frames]]) -> Iterator[tuple[int, Frames]]:
        """Frames that come in many parts, held until there is enough of a batch to be staged at once."""
        for batch, frames in made:
            for name, frame in frames.items():
                held = self._held.setdefault((name, batch), [])
                held.append(frame)
                if sum(one.height for one in held) >= _HELD_ROWS:
                    yield batch, {name: pl.concat(self._held.pop((name, batch)))}


def _fixes(known: Known, fixes: pl.DataFrame) -> Iterator[tuple[int, Frames]]:
    batch = pl.Series("batch", batch_of_fixes(known, fixes))
    parts = fixes.with_columns(batch).partition_by("batch", as_dict=True, include_key=False)
    return ((int(number), {"fixes": part}) for (number,), part in parts.items())


def _editions(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    for name, editions in _EDITIONS.items():
        if name in together:
            return editions(rng, known, together)
    # the gazetteer and craft are kept without history
    return [Edition(np.zeros(frame.height, np.int64), {name: frame}) for name, frame in together.items()]


def _by_batch(made: Sequence[Edition]) -> Iterator[tuple[int, Frames]]:
    """Rows of all editions, batch by batch."""
    for batch in sorted({int(number) for edition in made for number in np.unique(edition.batch)}):
        parts: dict[str, list[pl.DataFrame]] = {}
        for edition in made:
            for name, frame in edition.of_batch(batch).items():
                parts.setdefault(name, []).append(frame)
        yield batch, {name: pl.concat(frames) for name, frames in parts.items()}


def _withdrawals(withdrawn: Mapping[str, int]) -> Iterator[tuple[int, Frames]]:
    keys = pl.DataFrame(
        {"key": list(withdrawn), "batch": list(withdrawn.values())}, {"key": pl.String, "batch": pl.Int64}
    )
    for batch in keys["batch"].unique().sort().to_list():
        named = keys.filter(pl.col("batch") == batch)
        yield batch, {"withdrawals": named.select(pl.lit("events").alias("frame"), "key")}
