"""Links as pairs of records with a kind and a time; a link is never seen by one who may not see both its ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.labels import NO_LABEL, Labels, join_labels
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import Moments, Plan
from watchfloor.data.exercise.rosters import draw_grades

_MIXED: Final = "roles"
"""Stands for the links whose kinds are the roles in a circle, which no other links have."""


class Keys(Protocol):
    """Keys that can be indexed."""

    def __getitem__(self, rows: IntArray) -> NDArray[np.object_]: ...


class Keyed(Protocol):
    """Records with keys and labels, shape (n,)."""

    @property
    def keys(self) -> Keys:
        """Keys."""

    @property
    def labels(self) -> Labels:
        """Labels."""


@dataclass(slots=True)
class Ties:
    """Collects links; `frames` gives them with labels and grades."""

    plan: Plan
    _parts: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

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
        kept = part.filter((pl.col("label") != NO_LABEL) & (pl.col("from_key") != pl.col("to_key")))
        self._parts.setdefault(kind if isinstance(kind, str) else _MIXED, []).append(kept)

    def frames(self, rng: np.random.Generator) -> Iterator[pl.DataFrame]:
        """All links in the canonical shape, kind by kind; pairs that no label joins are left out, repeated ones too."""
        number = 0
        for parts in self._parts.values():
            joined = pl.concat(parts).unique(["from_key", "to_key", "kind"], keep="first", maintain_order=True)
            parts.clear()
            reliability, validity = draw_grades(rng, joined.height)
            keys = [f"link-{number + i + 1:06d}" for i in range(joined.height)]
            number += joined.height
            yield joined.with_columns(
                pl.Series("key", keys, dtype=pl.String), pl.Series("reliability", reliability),
                pl.Series("validity", validity),
            )  # fmt: skip


def span(rng: np.random.Generator, plan: Plan, n: int, *, ended: float = 0.2) -> tuple[Moments, Moments]:
    """Starts of n links over the years, and ends, NaT where a link still holds."""
    first = rng.uniform(0, plan.days - 40, n)
    last = first + rng.uniform(0.05, 1.0, n) * (plan.days - first)
    holds = rng.random(n) >= ended
    return plan.moments(np.floor(first)), np.where(holds, np.datetime64("NaT", "us"), plan.moments(np.floor(last)))


def pick_alike(rng: np.random.Generator, wanted: IntArray, offered: IntArray) -> IntArray:
    """For each wanted number a random row of `offered` with the same number; -1 where there is none."""
    order = np.argsort(offered, kind="stable")
    ranked = offered[order]
    low, high = np.searchsorted(ranked, wanted, side="left"), np.searchsorted(ranked, wanted, side="right")
    at = low + np.floor(rng.random(len(wanted)) * (high - low)).astype(np.int64)
    return np.where(high > low, order[np.minimum(at, len(order) - 1)], -1)
