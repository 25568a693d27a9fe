"""A weight in words, no more exact than it was found out: three figures, or whole kilograms. Data keep theirs."""

from typing import Final

WHOLE_FROM_KG: Final = 100.0
GRAMS_UNDER_KG: Final = 0.1


def weight_parts(kilograms: float) -> tuple[str, str]:
    """The number and its unit: 24.5 kg, 1,240 kg, 40 g."""
    if kilograms >= WHOLE_FROM_KG:
        return f"{kilograms:,.0f}", "kg"
    if 0 < kilograms < GRAMS_UNDER_KG:
        return f"{kilograms * 1000:.3g}", "g"
    return f"{kilograms:.3g}", "kg"


def written_weight(kilograms: float) -> str:
    """The weight with its unit."""
    return " ".join(weight_parts(kilograms))
