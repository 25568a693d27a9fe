"""Drug quantities normalised to kilograms, litres or dosage units; nothing converts across kinds."""

from dataclasses import dataclass

_TO_NORMAL: dict[str, tuple[str, float]] = {
    "kg": ("kg", 1.0),
    "kilogram": ("kg", 1.0),
    "kilograms": ("kg", 1.0),
    "g": ("kg", 1e-3),
    "gram": ("kg", 1e-3),
    "grams": ("kg", 1e-3),
    "mg": ("kg", 1e-6),
    "t": ("kg", 1_000.0),
    "tonne": ("kg", 1_000.0),
    "tonnes": ("kg", 1_000.0),
    "lb": ("kg", 0.45359237),
    "lbs": ("kg", 0.45359237),
    "pound": ("kg", 0.45359237),
    "pounds": ("kg", 0.45359237),
    "oz": ("kg", 0.028349523125),
    "l": ("l", 1.0),
    "litre": ("l", 1.0),
    "litres": ("l", 1.0),
    "liter": ("l", 1.0),
    "liters": ("l", 1.0),
    "ml": ("l", 1e-3),
    "gal": ("l", 3.785411784),
    "du": ("du", 1.0),
    "tablet": ("du", 1.0),
    "tablets": ("du", 1.0),
    "pill": ("du", 1.0),
    "pills": ("du", 1.0),
    "dose": ("du", 1.0),
    "doses": ("du", 1.0),
    "dosage units": ("du", 1.0),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A written unit: what it is normalised to and by which factor."""

    normal: str
    factor: float


def find_unit(written: str) -> Unit | None:
    """The unit that a source's word means (international pound and avoirdupois ounce, US gallon), or None."""
    found = _TO_NORMAL.get(written.strip().lower().rstrip("."))
    return Unit(*found) if found else None
