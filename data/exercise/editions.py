"""Editions of the records of the exercise world: in which batch each was first told, and how before it was corrected.

Delays are skewed: most records are taken down within a day or two, some after weeks. Whatever names another record is
never known before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.places import FloatArray, IntArray
from watchfloor.data.exercise.plan import DAY_US, Moments, Plan
from watchfloor.data.exercise.truth import Fact, Planted
from watchfloor.geo.precision import TimePrecision

type Frames = Mapping[str, pl.DataFrame]
type BoolArray = NDArray[np.bool_]
type Spans = NDArray[np.timedelta64]

REVISED: Final = 0.03
"""Share of the monthly counts that are provisional when they are first published."""
_UNIT_DAYS: Final = {TimePrecision.MINUTE: 1 / 1440, TimePrecision.DAY: 1.0, TimePrecision.MONTH: 31.0}
_LATE_SHIPS: Final = 16
_CHILD_KEY: Final = {"seizure_items": "event_key", "identifiers": "entity_key"}


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of some records; batch: of each row of the first frame, shape (n,); other frames name its keys."""

    batch: IntArray
    frames: Frames

    def of_batch(self, number: int) -> Frames:
        """What that batch tells of them."""
        (name, frame), *others = self.frames.items()
        told = frame.filter(pl.Series(self.batch == number))
        if not told.height:
            return {}
        made = {name: told}
        for other, rows in others:
            mine = rows.join(told.select(pl.col("key").alias(_child_key(other))), on=_child_key(other), how="semi")
            if mine.height:
                made[other] = mine
        return made


def _child_key(name: str) -> str:
    return _CHILD_KEY.get(name, "case_key")


@dataclass(slots=True)
class Known:
    """What is known of the world so far: batches of records that the first one did not tell, and what was corrected.

    moments: when each batch but the last was recorded, shape (n - 1,). withdrawn: batches of withdrawals by key.
    """

    plan: Plan
    moments: Moments
    first: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    corrected: dict[str, list[str]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the last batch."""
        return len(self.moments)

    def batch(self, at: Moments) -> IntArray:
        """The first batch at or after each moment."""
        return np.searchsorted(self.moments, at).astype(np.int64)

    def of(self, keys: pl.Series) -> IntArray:
        """The batches of records by their keys; 0 for those that are unknown here, null or not."""
        if not self.first:
            return np.zeros(len(keys), np.int64)
        return keys.replace_strict(self.first, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()

    def note(self, keys: pl.Series, batch: IntArray) -> None:
        """Note when records were first told."""
        later = batch > 0
        self.first.update(zip(keys.filter(pl.Series(later)).to_list(), batch[later].tolist(), strict=True))

    def correct(self, kind: str, keys: pl.Series) -> None:
        """Note records that were told late, or otherwise at first."""
        self.corrected.setdefault(kind, []).extend(keys.to_list())

    def truth(self) -> list[Planted]:
        """What was planted in recorded time, kind by kind."""
        moments: list[Fact] = [f"{at.astype('datetime64[s]')}Z" for at in self.moments]
        return [Planted(kind, tuple(keys), {"batches": moments}) for kind, keys in sorted(self.corrected.items())]


def moments_of(column: pl.Series) -> Moments:
    """Moments of a column, in UTC, NaT where it is null."""
    plain = column.dt.replace_time_zone(None) if column.dtype == pl.Datetime("us", "UTC") else column
    found: Moments = plain.cast(pl.Datetime("us")).to_numpy()
    return found


def days(number: FloatArray) -> Spans:
    """Fractional days as spans, shape (n,)."""
    return (number * DAY_US).astype(np.int64).astype("timedelta64[us]")


def delay(rng: np.random.Generator, n: int, median_days: float, sigma: float) -> Spans:
    """Log-normal delays, shape (n,)."""
    return days(median_days * np.exp(sigma * rng.normal(0, 1, n)))


def happened_by(rng: np.random.Generator, plan: Plan, told: Moments, precision: pl.Series) -> Moments:
    """A moment by which it had happened; of what is told by the month, any moment of that month."""
    unit = precision.cast(pl.Int64)
    widths = unit.replace_strict({int(k): v for k, v in _UNIT_DAYS.items()}, default=0.0).to_numpy()
    ended: Moments = np.minimum(told + days(widths), plan.horizon)
    is_vague = (unit >= int(TimePrecision.MONTH)).to_numpy()
    within = ((ended - told).astype(np.int64) * rng.random(len(told))).astype("timedelta64[us]")
    return np.asarray(np.where(is_vague, told + within, ended))


def of_overdoses(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Overdoses are told when the laboratory has found what was taken."""
    frame = together["overdoses"]
    happened = happened_by(rng, known.plan, moments_of(frame["day"]), frame["time_precision"])
    return [Edition(known.batch(happened + delay(rng, frame.height, 3.0, 1.1)), together)]


def of_reported(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Monthly counts come out after one to three weeks; a few are provisional and are revised two months later."""
    frame = together["reported"]
    ended = moments_of(frame["ends"])
    first = known.batch(ended + days(rng.uniform(6.0, 22.0, frame.height)))
    revised = known.batch(ended + days(rng.uniform(50.0, 80.0, frame.height)))
    is_revised = (rng.random(frame.height) < REVISED) & (first > 0) & (revised > first) & (revised < known.last)
    value = pl.Series((frame["value"].to_numpy() * rng.uniform(0.85, 0.97, frame.height)).round())
    provisional = frame.with_columns(value.alias("value")).filter(pl.Series(is_revised))
    made = [Edition(np.where(is_revised, revised, first), {"reported": frame})]
    made.append(Edition(first[is_revised], {"reported": provisional}))
    others = {name: rows for name, rows in together.items() if name != "reported"}
    return [*(Edition(np.zeros(rows.height, np.int64), {name: rows}) for name, rows in others.items()), *made]


def batch_of_fixes(known: Known, fixes: pl.DataFrame) -> IntArray:
    """Positions come in within hours, but those of one ship in sixteen, which only satellites hear, days later."""
    is_late = (fixes["identifier"].str.tail(4).cast(pl.Int64, strict=False).fill_null(1) % _LATE_SHIPS == 0).to_numpy()
    return known.batch(moments_of(fixes["at"]) + days(np.where(is_late, 4.5, 0.05)))
