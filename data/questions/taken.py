"""What was taken, in words: weights in kilograms whatever the source weighed in, beside what the source wrote."""

from collections.abc import Iterable

from watchfloor.geo.weights import written_weight

type Item = tuple[str | None, str | None, float | None, str | None]
"""Substance, unit, amount in that unit, and the amount as the source wrote it."""


def taken_words(items: Iterable[Item]) -> str:
    """Substances with their amounts: 'Cannabis 2.69 kg; MDMA 30 tablets'. What is no weight stands as written."""
    return _listed((name, _amount(unit, amount, written)) for name, unit, amount, written in items)


def written_words(items: Iterable[Item]) -> str:
    """The same as the source wrote it; empty if that says no more."""
    held = list(items)
    written = _listed((name, original) for name, _, _, original in held)
    return "" if written == taken_words(held) else written


def _amount(unit: str | None, amount: float | None, written: str | None) -> str | None:
    return written_weight(amount) if unit == "kg" and amount is not None else written


def _listed(items: Iterable[tuple[str | None, str | None]]) -> str:
    return "; ".join(" ".join(filter(None, (name, told))) for name, told in items if name)
