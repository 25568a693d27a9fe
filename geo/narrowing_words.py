"""The conditions that narrow a question, in words: for a page's sentence, a citation, an exported file."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from watchfloor.geo.coasts import BY_CODE as COASTS
from watchfloor.geo.narrowing import Narrowing, NearPorts

MOST_NAMED: Final = 3
# the order in which they read as one sentence; both limits of weight are one condition
_ORDER: Final = (
    "conveyances", "concealments", "near", "agencies", "labels", "case", "reliability", "validity", "precision", "text",
    "arrived",
)  # fmt: skip

type Titles = Mapping[str, Mapping[str, str]]

NO_TITLES: Final[Titles] = MappingProxyType({})


def narrowed_words(only: Narrowing, titles: Titles = NO_TITLES) -> Iterator[tuple[str, str]]:
    """Each condition's name and the words that it adds to a sentence, in the order in which they read.

    titles: of agencies by code, of labels by number, of the chosen case under "", as far as the reader may know them.
    """
    given = only.given
    if {"least_kg", "most_kg"} & set(given):
        yield "kilograms", _weight(only)
    for name in _ORDER:
        if name in given:
            yield name, _WORDS[name](only, titles)


def _weight(only: Narrowing) -> str:
    if only.most_kg is None:
        return f"of {only.least_kg:,g} kg or more"
    if only.least_kg is None:
        return f"up to {only.most_kg:,g} kg"
    return f"of {only.least_kg:,g} to {only.most_kg:,g} kg"


def _near(near: NearPorts) -> str:
    whose = " ".join(word for word in (COASTS[near.coast].name if near.coast else "", near.country) if word)
    return f"near {whose + ' ' if whose else ''}ports (within {near.km:g} km)"


def _label_words(only: Narrowing, titles: Titles) -> str:
    known = titles.get("labels", {})
    return "under " + either([known.get(str(number), f"label {number}") for number in only.labels])


def _agency_words(only: Narrowing, titles: Titles) -> str:
    known = titles.get("agencies", {})
    return "of " + either([known.get(code, code) for code in only.agencies])


def _case_words(_only: Narrowing, titles: Titles) -> str:
    # nothing is said of a case that the reader may not see, not even its number
    name = titles.get("case", {}).get("", "")
    return f"in case {name}" if name else "in a case that is not known to you"


_WORDS: Final[Mapping[str, Any]] = {
    "conveyances": lambda only, _: "by " + either([one or "means not stated" for one in only.conveyances]),
    "concealments": lambda only, _: "hidden " + either([one or "in a way not stated" for one in only.concealments]),
    "near": lambda only, _: _near(only.near),
    "agencies": _agency_words,
    "labels": _label_words,
    "case": _case_words,
    "reliability": lambda only, _: f"from sources at least {only.reliability.title.lower()}",
    "validity": lambda only, _: f"at least {only.validity.title.lower()}",
    "precision": lambda only, _: f"placed to the {only.precision.value.replace('_', ' ')} or better",
    "text": lambda only, _: f"saying “{only.text}”",
    "arrived": lambda only, _: f"recorded since {only.arrived:%Y-%m-%d %H:%MZ}",
}


def either(words: Sequence[str]) -> str:
    """One, two or three of them joined by commas and 'or'; of more, how many are not named."""
    named = words[:MOST_NAMED]
    more = len(words) - len(named)
    if more:
        return f"{', '.join(named)} or {more} more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"
