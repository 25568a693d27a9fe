"""Size, seed and time of one exercise world, and the random streams of its parts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

type Moments = NDArray[np.datetime64]

LARGEST: Final = 100.0
DAY_US: Final = 86_400_000_000
DAY_S: Final = 86_400
OF_SEIZURES: Final = 0.85
OF_OVERDOSES: Final = 0.65
OF_SHIPS: Final = 0.80
OF_PEOPLE: Final = 0.52
"""Powers of the scale by which parts grow above scale 1: a hundredfold of traffic needs no hundredfold of people."""
_SHORT: Final = 1826
_LONG: Final = 3652
_LONG_FROM: Final = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: the same plan gives the same world.

    All that has happened lies in the `days` before midnight UTC at the start of `until`; what is planned lies after.
    """

    seed: int
    scale: float
    until: date

    def stream(self, part: str) -> np.random.Generator:
        """The random stream of one part; parts do not disturb one another, in whatever order they are made."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(crc32(part.encode()),)))

    def count(self, at_scale_one: float, least: int = 1, power: float = OF_PEOPLE) -> int:
        """How many of something there are: in proportion up to scale 1, by that power of the scale above it."""
        return max(least, round(at_scale_one * (self.scale if self.scale <= 1 else self.scale**power)))

    @property
    def days(self) -> int:
        """Days of the world: five years, ten in the largest worlds."""
        return _LONG if self.scale > _LONG_FROM else _SHORT

    @property
    def horizon(self) -> np.datetime64:
        """The moment before which everything has happened."""
        return np.datetime64(self.until.isoformat(), "us")

    @property
    def first(self) -> np.datetime64:
        """The first moment of the world."""
        return self.horizon - np.timedelta64(self.days * DAY_US, "us")

    @property
    def horizon_utc(self) -> datetime:
        """The horizon as a datetime."""
        return datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)

    def day(self, number: int) -> date:
        """The calendar day of a day number, 0 the first of the world."""
        return self.until - timedelta(days=self.days - number)

    def moments(self, days: NDArray[np.float64]) -> Moments:
        """Moments from fractional days since the first."""
        seconds = np.floor(np.asarray(days) * DAY_S).astype("timedelta64[s]")
        moments: Moments = np.asarray(self.first) + seconds.astype("timedelta64[us]")
        return moments
