"""How much was taken: log-normal by substance, written in the units that clerks use, normalised beside it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.places import FloatArray, IntArray
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import BY_CODE


@dataclass(frozen=True, slots=True)
class _Usual:
    """Median kilograms on land, spread of the logarithm, factor at sea, share counted in pieces, median pieces."""

    kilograms: float
    sigma: float
    at_sea: float = 1.0
    pieces: float = 0.0
    median_pieces: float = 0.0


_USUAL: Final = {
    "cocaine": _Usual(4.0, 1.5, 40.0),
    "heroin": _Usual(0.9, 1.4, 8.0),
    "fentanyl": _Usual(0.9, 1.4, 4.0, 0.40, 4_000),
    "methamphetamine": _Usual(5.0, 1.6, 12.0),
    "cannabis": _Usual(9.0, 1.7, 25.0),
    "precursor": _Usual(60.0, 1.2, 6.0),
    "mdma": _Usual(0.4, 1.3, 3.0, 0.75, 300),
    "ketamine": _Usual(0.8, 1.4, 10.0),
    "khat": _Usual(12.0, 0.9, 2.0),
    "lsd": _Usual(0.01, 1.0, 1.0, 0.9, 80),
    "oxycodone": _Usual(0.1, 1.0, 1.0, 0.9, 150),
    "tramadol": _Usual(0.2, 1.2, 3.0, 0.9, 900),
    "benzodiazepine": _Usual(0.1, 1.1, 1.0, 0.9, 250),
}
_OTHER: Final = _Usual(0.6, 1.4, 3.0)
_UNITS: Final = ("kg", "lb", "g", "oz", "l", "tablets")
NOT_STATED: Final = 0.012


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was written and what it means: amount in `unit`, both null where nothing was stated."""

    amount: FloatArray
    unit: list[str | None]
    original: list[str | None]


def draw_amounts(
    rng: np.random.Generator, substance: IntArray, at_sea: NDArray[np.bool_], given_kg: FloatArray | None = None
) -> Amounts:
    """Amounts for seizures of substances (ids of the vocabulary), shape (n,); given_kg: what is not left to chance."""
    n = len(substance)
    usual = {s.id: _USUAL.get(code, _OTHER) for code, s in BY_CODE.items()}
    table = np.array([[u.kilograms, u.sigma, u.at_sea, u.pieces, u.median_pieces] for u in
                      (usual.get(i, _OTHER) for i in range(max(usual) + 1))])  # fmt: skip
    median, sigma, factor, pieces, median_pieces = table[substance].T
    spread = np.exp(rng.normal(0, 1, n) * sigma)
    kilograms = np.minimum(median * np.where(at_sea, factor, 1.0) * spread, 12_000.0)
    counted = rng.random(n) < pieces
    if given_kg is not None:
        counted &= np.isnan(given_kg)
        kilograms = np.where(np.isnan(given_kg), kilograms, given_kg)
    code = _unit_codes(rng, kilograms, substance == BY_CODE["precursor"].id, counted)
    per_unit = np.array([_factor(u) for u in _UNITS])
    number = np.where(counted, np.clip(median_pieces * spread, 1, 900_000), kilograms / per_unit[code])
    number = _rounded(number, counted)
    stated = rng.random(n) >= NOT_STATED
    written = [
        f"{value:.6g} {_UNITS[unit]}" if given else None
        for value, unit, given in zip(number.tolist(), code.tolist(), stated.tolist(), strict=True)
    ]
    normal = [_normal(u) for u in _UNITS]
    units = [normal[u] if given else None for u, given in zip(code.tolist(), stated.tolist(), strict=True)]
    return Amounts(np.where(stated, number * per_unit[code], np.nan), units, written)


def _unit_codes(
    rng: np.random.Generator, kilograms: FloatArray, is_liquid: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> IntArray:
    draw = rng.random(len(kilograms))
    small = kilograms < 1.0
    code = np.where(small, np.where(draw < 0.7, 2, 3), np.where(draw < 0.55, 0, 1))
    code = np.where(is_liquid & (draw > 0.7), 4, code)
    return np.where(counted, 5, code)


def _rounded(number: FloatArray, whole: NDArray[np.bool_]) -> FloatArray:
    """Three significant digits, as a scale shows them; pieces whole."""
    digits = 10.0 ** (2 - np.floor(np.log10(np.maximum(number, 1e-6))))
    return np.where(whole, np.ceil(np.round(number * digits) / digits), np.round(number * digits) / digits)


def _factor(unit: str) -> float:
    found = find_unit(unit)
    assert found is not None
    return found.factor


def _normal(unit: str) -> str:
    found = find_unit(unit)
    assert found is not None
    return found.normal
