"""Invented names: given names in many languages with surnames that nobody bears, firms and ships.

Surnames and firms are put together from parts; a few look hostile and are harmless, so that every page proves that
it shows text as text.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Final

import numpy as np

type Strings = list[str]

HOSTILE_FIRMS: Final = (
    '<b>Test & "Sons"</b> Trading',
    "=HYPERLINK Exports",
    "O'Brion\\Söhne; -- Spedition",
    "{{ lantern }} %s Freight",
)
HOSTILE_PERSONS: Final = ("Robin'); O’Drop", "D’Ñandú-Łąka, Zoë <z>", "-Mina +Sum", "Null Undefined")
_NUMERALS: Final = ("", " II", " III", " IV", " V", " VI", " VII", " VIII", " IX", " X")


@dataclass(frozen=True, slots=True)
class _Parts:
    given: dict[str, Strings]
    surname: dict[str, tuple[Strings, ...]]
    plain: Strings
    spanish: Strings
    trades: Strings
    forms: Strings
    towns: Strings


@cache
def _parts() -> _Parts:
    table = tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))
    firm = {k: v.split("|") for k, v in table["firm"].items()}
    pairs = product(table["firm"]["adjectives"].split(), table["firm"]["nouns"].split())
    return _Parts(
        {k: v.split() for k, v in table["given"].items()},
        {k: tuple(part.split(" ") for part in v) for k, v in table["surname"].items()},
        [" ".join(pair) for pair in pairs],
        firm["spanish"],
        firm["trades"],
        firm["forms"],
        [first + last for first, last in product(*(table["town"][part].split() for part in ("first", "last")))],
    )


def person_names(rng: np.random.Generator, n: int) -> Strings:
    """n names of persons; some may stand twice, as in life."""
    parts = _parts()
    languages = list(parts.given)
    made = []
    for language, g, a, b, c in rng.integers(0, 1 << 30, size=(n, 5)).tolist():
        code = languages[language % len(languages)]
        given, (first, middle, last) = parts.given[code], parts.surname[code]
        made.append(f"{given[g % len(given)]} {first[a % len(first)]}{middle[b % len(middle)]}{last[c % len(last)]}")
    return made


def firm_names(rng: np.random.Generator, n: int) -> Strings:
    """n names of firms that do not exist; the first are the hostile-looking ones."""
    parts = _parts()
    made = []
    for kind, a, b, c in rng.integers(0, 1 << 30, size=(n, 4)).tolist():
        stems = parts.spanish if kind % 4 == 0 else parts.plain
        made.append(
            f"{stems[a % len(stems)]} {parts.trades[b % len(parts.trades)]} {parts.forms[c % len(parts.forms)]}"
        )
    return [*HOSTILE_FIRMS[:n], *made[len(HOSTILE_FIRMS) :]]


def ship_names(rng: np.random.Generator, n: int) -> Strings:
    """n names of ships, all different."""
    parts = _parts()
    names = [*parts.plain, *parts.spanish]
    order = rng.permutation(len(names))
    made = []
    for i in range(n):
        again = i // len(names)
        made.append(names[order[i % len(names)]] + (_NUMERALS[again] if again < len(_NUMERALS) else f" {again + 1}"))
    return made


def code_names(rng: np.random.Generator, n: int) -> Strings:
    """n names for cases and operations; the first few hundred all different."""
    names = _parts().plain
    order = rng.permutation(len(names))
    return [names[order[i % len(names)]] + (f" {i // len(names) + 1}" if i >= len(names) else "") for i in range(n)]


def town_names(rng: np.random.Generator, n: int) -> Strings:
    """n names of towns that do not exist; the first thousand all different."""
    names = _parts().towns
    order = rng.permutation(len(names))
    before = ("", "New ", "Upper ", "East ", "Fort ")
    return [before[i // len(names) % len(before)] + names[order[i % len(names)]] for i in range(n)]
