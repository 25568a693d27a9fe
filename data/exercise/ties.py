"""Links as pairs of records with a kind and a time; a link is never seen by one who may not see both its ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.labels import NO_LABEL, Labels, join_labels
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import DAYS, Moments, Plan
from watchfloor.data.exercise.rosters import draw_grades


class Keyed(Protocol):
    """Records with keys and labels, shape (n,)."""

    @property
    def keys(self) -> NDArray[np.object_]:
        """Keys."""

    @property
    def labels(self) -> Labels:
        """Labels."""


@dataclass(slots=True)
class Ties:
    """Collects links; `frame` gives them with labels and grades."""

    plan: Plan
    _parts: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        kind: str | Sequence[str],
        first: tuple[Keyed, IntArray],
        second: tuple[Keyed, IntArray],
        *,
        starts: Moments,
        ends: Moments | None = None,
    ) -> None:
        """Links from rows of one set of records to rows of another, pair by pair."""
        (a, rows), (b, others) = first, second
        n = len(rows)
        moment = pl.Datetime("us", "UTC")
        part = pl.DataFrame(
            {
                "from_key": pl.Series(a.keys[rows], dtype=pl.String),
                "to_key": pl.Series(b.keys[others], dtype=pl.String),
                "kind": pl.Series([kind] * n if isinstance(kind, str) else list(kind), dtype=pl.String),
                "starts": pl.Series(starts, dtype=pl.Datetime("us")),
                "ends": pl.Series(ends if ends is not None else [None] * n, dtype=pl.Datetime("us")),
                "label": pl.Series(join_labels(a.labels[rows], b.labels[others]), dtype=pl.Int16),
            }
        ).with_columns(pl.col("starts", "ends").dt.replace_time_zone("UTC").cast(moment))
        self._parts.append(part)

    def frame(self, rng: np.random.Generator) -> pl.DataFrame:
        """All links in the canonical shape; pairs that no label could join are left out, repeated ones stand once."""
        joined = (
            pl.concat(self._parts)
            .filter((pl.col("label") != NO_LABEL) & (pl.col("from_key") != pl.col("to_key")))
            .unique(["from_key", "to_key", "kind"], keep="first", maintain_order=True)
        )
        reliability, validity = draw_grades(rng, joined.height)
        keys = pl.Series("key", [f"link-{i + 1:06d}" for i in range(joined.height)], dtype=pl.String)
        return joined.with_columns(keys, pl.Series("reliability", reliability), pl.Series("validity", validity))


def span(rng: np.random.Generator, plan: Plan, n: int, *, ended: float = 0.2) -> tuple[Moments, Moments]:
    """Starts of n links over the years, and ends, NaT where a link still holds."""
    first = rng.uniform(0, DAYS - 40, n)
    last = first + rng.uniform(0.05, 1.0, n) * (DAYS - first)
    holds = rng.random(n) >= ended
    return plan.moments(np.floor(first)), np.where(holds, np.datetime64("NaT", "us"), plan.moments(np.floor(last)))


def pick_alike(rng: np.random.Generator, wanted: IntArray, offered: IntArray) -> IntArray:
    """For each wanted number a random row of `offered` with the same number; -1 where there is none."""
    order = np.argsort(offered, kind="stable")
    ranked = offered[order]
    low, high = np.searchsorted(ranked, wanted, side="left"), np.searchsorted(ranked, wanted, side="right")
    at = low + np.floor(rng.random(len(wanted)) * (high - low)).astype(np.int64)
    return np.where(high > low, order[np.minimum(at, len(order) - 1)], -1)
