"""Size, seed and time of one exercise world, and the random streams of its parts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

type Moments = NDArray[np.datetime64]

YEARS: Final = 5
DAYS: Final = 1826
DAY_US: Final = 86_400_000_000
DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: the same plan gives the same world.

    All that has happened lies in the DAYS before midnight UTC at the start of `until`; what is planned lies after.
    """

    seed: int
    scale: float
    until: date

    def stream(self, part: str) -> np.random.Generator:
        """The random stream of one part; parts do not disturb one another, in whatever order they are made."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(crc32(part.encode()),)))

    def count(self, at_scale_one: int, least: int = 1) -> int:
        """How many of something there are at this scale."""
        return max(least, round(at_scale_one * self.scale))

    @property
    def horizon(self) -> np.datetime64:
        """The moment before which everything has happened."""
        return np.datetime64(self.until.isoformat(), "us")

    @property
    def first(self) -> np.datetime64:
        """The first moment of the world."""
        return self.horizon - np.timedelta64(DAYS * DAY_US, "us")

    @property
    def horizon_utc(self) -> datetime:
        """The horizon as a datetime."""
        return datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)

    def day(self, number: int) -> date:
        """The calendar day of a day number, 0 the first of the world."""
        return self.until - timedelta(days=DAYS - number)

    def moments(self, days: NDArray[np.float64]) -> Moments:
        """Moments from fractional days since the first."""
        seconds = np.floor(np.asarray(days) * DAY_S).astype("timedelta64[s]")
        moments: Moments = np.asarray(self.first) + seconds.astype("timedelta64[us]")
        return moments
