"""How another clerk writes the same name, plate or telephone number, and how one gets it wrong."""

import unicodedata
from typing import Final

import numpy as np

_ALIKE: Final = str.maketrans("B8D0G6S5Z2I1", "8B0D6G5S2Z1I")
_SOUNDS: Final = (("ss", "s"), ("ll", "l"), ("ie", "y"), ("ck", "k"), ("v", "w"), ("o", "u"), ("a", "e"), ("i", "y"))


def plain(name: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def respelt(rng: np.random.Generator, name: str) -> str:
    """Surname first, in capitals, without accents, or with an initial."""
    given, _, family = plain(name).partition(" ")
    return (f"{family.upper()}, {given}", f"{given.upper()} {family.upper()}", f"{given[:1]}. {family}",
            f"{family} {given}")[int(rng.integers(4))]  # fmt: skip


def misspelt(rng: np.random.Generator, name: str) -> str:
    """As it sounds, or with two letters the wrong way round."""
    given, _, family = plain(name).partition(" ")
    heard = next((family.replace(a, b, 1) for a, b in _SOUNDS if a in family), family)
    if heard != family and rng.random() < 0.5:
        return f"{given} {heard}"
    fit = [i for i in range(1, len(family) - 1) if family[i] != family[i + 1]]
    if not fit:
        return f"{given} {family}e"
    at = fit[int(rng.integers(len(fit)))]
    return f"{given} {family[:at]}{family[at : at + 2][::-1]}{family[at + 2 :]}"


def other_plate(rng: np.random.Generator, plate: str) -> str:
    """The same plate with other separators or in small letters."""
    bare = plate.replace("-", "").replace(" ", "")
    return (bare, bare.lower(), plate.replace(" ", "-"), f"{bare[:2]} {bare[2:]}")[int(rng.integers(4))]


def misread_plate(rng: np.random.Generator, plate: str) -> str:
    """One character taken for one that looks like it, or two the wrong way round."""
    fit = [i for i, c in enumerate(plate) if i > 2 and c.translate(_ALIKE) != c]
    if fit:
        at = fit[int(rng.integers(len(fit)))]
        return plate[:at] + plate[at].translate(_ALIKE) + plate[at + 1 :]
    return plate[:-2] + plate[-1] + plate[-2] if plate[-1] != plate[-2] else plate[:-1] + str((int(plate[-1]) + 1) % 10)


def other_phone(rng: np.random.Generator, number: str) -> str:
    """The same number with spaces, a national prefix or the international one written out."""
    bare = number.removeprefix("+")
    if bare.startswith("1"):
        area, rest = bare[1:4], bare[4:]
        forms = (f"({area}) {rest[:3]}-{rest[3:]}", f"1-{area}-{rest[:3]}-{rest[3:]}", f"001{bare[1:]}", bare[1:])
    else:
        forms = (f"00{bare}", f"0{bare[2:]}", f"+{bare[:2]} {bare[2:5]} {bare[5:]}", f"+{bare[:2]} (0){bare[2:]}")
    return forms[int(rng.integers(4))]


def mistyped_phone(rng: np.random.Generator, number: str) -> str:
    """One of the last two digits wrong, so that it stays a number that is nobody's."""
    at = len(number) - 1 - int(rng.integers(2))
    digit = (int(number[at]) + int(rng.integers(1, 10))) % 10
    return f"{number[:at]}{digit}{number[at + 1 :]}"
