"""Colours of quantities: perceptually ordered ramps for dark and light ground, safe for colour-blind eyes.

Values go to colours on a logarithmic scale, because counts of rare things span decades.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

type Theme = Literal["dark", "light"]
type Rgb = tuple[int, int, int]

STEPS: Final = 200

# dark ground: from a muted blue through violet and coral to pale gold; lightness rises all the way
_EVENTS_DARK: Final = ((38, 62, 120), (96, 61, 148), (168, 62, 135), (226, 88, 96), (249, 150, 76), (253, 226, 140))
_EVENTS_LIGHT: Final = ((250, 214, 165), (243, 165, 120), (221, 107, 107), (174, 63, 116), (113, 42, 111), (52, 24, 74))
# reported aggregates wear another ramp, so that the two kinds of fact are never taken for one another
_REPORTED_DARK: Final = ((22, 70, 92), (20, 105, 120), (36, 146, 136), (96, 184, 138), (166, 216, 140), (236, 244, 178))
_REPORTED_LIGHT: Final = ((217, 236, 200), (157, 211, 182), (94, 178, 172), (46, 137, 153), (30, 92, 122), (18, 48, 82))
_HEALTH_DARK: Final = ((58, 46, 92), (92, 54, 124), (138, 66, 140), (188, 88, 142), (230, 128, 150), (255, 200, 190))
_HEALTH_LIGHT: Final = ((248, 214, 214), (236, 166, 184), (210, 118, 166), (162, 78, 146), (108, 50, 118), (58, 28, 80))

RAMPS: Final[dict[tuple[str, Theme], tuple[Rgb, ...]]] = {
    ("events", "dark"): _EVENTS_DARK,
    ("events", "light"): _EVENTS_LIGHT,
    ("reported", "dark"): _REPORTED_DARK,
    ("reported", "light"): _REPORTED_LIGHT,
    ("health", "dark"): _HEALTH_DARK,
    ("health", "light"): _HEALTH_LIGHT,
}


def ramp(name: str, theme: Theme) -> NDArray[np.uint8]:
    """Colours from least to most, shape (STEPS, 3), sRGB."""
    stops = np.array(RAMPS[name, theme], np.float64)
    at = np.linspace(0, len(stops) - 1, STEPS)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Scale:
    """Logarithmic scale of one question at one zoom: the same for all its tiles.

    low, high: the values at the ends of the ramp; below and above take the end colours.
    """

    low: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Scale":
        """Scale over positive values; 1 to 1 if there is none."""
        positive = values[values > 0]
        if positive.size == 0:
            return cls(1.0, 1.0)
        return cls(float(positive.min()), float(positive.max()))

    def steps(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Index into the ramp for each value, 0 to STEPS - 1."""
        if self.high <= self.low:
            return np.full(values.shape, STEPS - 1, np.int64)
        with np.errstate(divide="ignore"):
            share = np.log(np.maximum(values, self.low) / self.low) / np.log(self.high / self.low)
        return np.clip(np.rint(share * (STEPS - 1)), 0, STEPS - 1).astype(np.int64)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values (1, 2, 5 times powers of ten) that a legend may write along the ramp."""
        if self.high <= self.low:
            return [self.high]
        low, high = np.floor(np.log10(self.low)), np.ceil(np.log10(self.high))
        rounds = [m * 10.0**e for e in range(int(low), int(high) + 1) for m in (1, 2, 5)]
        inside = [t for t in rounds if self.low <= t <= self.high]
        every = max(1, -(-len(inside) // most))
        return inside[::every] or [self.low, self.high]
