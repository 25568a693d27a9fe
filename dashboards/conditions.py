"""The conditions that narrow what is shown, as words of one sentence: a chip for each, and what is left without it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from watchfloor.dashboards.state import State
from watchfloor.geo.coasts import BY_CODE as COASTS
from watchfloor.geo.facets import Facets
from watchfloor.geo.facts import FactKind
from watchfloor.geo.narrowing import NOTHING, Narrowing, NearPorts
from watchfloor.geo.period import Period
from watchfloor.geo.substances import BY_CODE as SUBSTANCES

MOST_NAMED: Final = 3
# a condition's name, as a legend says it
TITLES: Final = {
    "least_kg": "weight",
    "most_kg": "weight",
    "conveyances": "conveyance",
    "concealments": "concealment",
    "agencies": "agency",
    "labels": "label",
    "reliability": "source",
    "validity": "content",
    "precision": "precision",
    "case": "case",
    "near": "ports",
    "text": "text",
}
# the order in which they read as one sentence; both limits of weight are one chip
_ORDER: Final = (
    "conveyances", "concealments", "near", "agencies", "labels", "case", "reliability", "validity", "precision", "text",
)  # fmt: skip
PERIOD: Final = "period"
KNOWN_AT: Final = "known_at"


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition: its name, the words that it adds to the sentence, and how many there would be without it.

    without: None where nothing was counted. can_go: whether it may be removed; a period is always there.
    """

    name: str
    words: str
    without: int | None = None
    can_go: bool = True


def chips_of(state: State, facets: Facets | None) -> tuple[Chip, ...]:
    """All conditions of the page in the order in which they are read; facets: of the same choices, once counted."""
    without = facets.without if facets is not None else {}
    chips = [Chip("substances", _substances(state.substances), without.get("substances"), bool(state.substances))]
    if state.fact is FactKind.EVENTS:
        chips += [Chip(name, words, without.get(name)) for name, words in _narrowed(state.only, facets)]
    else:
        chips.append(Chip("fact", "as reported in sums"))
    chips.append(Chip(PERIOD, written_period(state.period), can_go=False))
    if state.known_at is not None:
        chips.append(Chip(KNOWN_AT, f"as known {written_moment(state.known_at)}"))
    return tuple(chips)


def sentence_of(state: State, facets: Facets | None = None) -> str:
    """The conditions as one sentence without its full stop."""
    told = [(", " if chip.name in {PERIOD, KNOWN_AT} else " ") + chip.words for chip in chips_of(state, facets)]
    return "".join(told).strip()


def without(state: State, name: str) -> dict[str, Any]:
    """The choices that change when a chip is removed."""
    if name == "substances":
        return {"substances": ()}
    if name == "fact":
        return {"fact": FactKind.EVENTS}
    if name == KNOWN_AT:
        return {"known_at": None}
    gone = ("least_kg", "most_kg") if name == "kilograms" else (name,)
    return {"only": state.only.without(*gone)} if set(gone) <= set(NOTHING.__slots__) else {}


def _substances(codes: tuple[str, ...]) -> str:
    return _either([SUBSTANCES[code].name for code in codes]) if codes else "all substances"


def _narrowed(only: Narrowing, facets: Facets | None) -> Iterator[tuple[str, str]]:
    given = only.given
    if {"least_kg", "most_kg"} & set(given):
        yield "kilograms", _weight(only)
    titles = _titles(facets)
    for name in _ORDER:
        if name in given:
            yield name, _WORDS[name](only, titles)


def _weight(only: Narrowing) -> str:
    if only.most_kg is None:
        return f"above {only.least_kg:,g} kg"
    if only.least_kg is None:
        return f"up to {only.most_kg:,g} kg"
    return f"of {only.least_kg:,g} to {only.most_kg:,g} kg"


def _near(near: NearPorts) -> str:
    whose = " ".join(word for word in (COASTS[near.coast].name if near.coast else "", near.country) if word)
    return f"near {whose + ' ' if whose else ''}ports (within {near.km:g} km)"


type Titles = Mapping[str, Mapping[str, str]]


def _titles(facets: Facets | None) -> Titles:
    if facets is None:
        return {}
    found = {name: {one.value: one.title for one in choices} for name, choices in facets.choices.items()}
    return found | {"case": {"": facets.case}}


def _label_words(only: Narrowing, titles: Titles) -> str:
    known = titles.get("labels", {})
    return "under " + _either([known.get(str(number), f"label {number}") for number in only.labels])


def _agency_words(only: Narrowing, titles: Titles) -> str:
    known = titles.get("agencies", {})
    return "of " + _either([known.get(code, code) for code in only.agencies])


def _case_words(_only: Narrowing, titles: Titles) -> str:
    # nothing is said of a case that the reader may not see, not even its number
    name = titles.get("case", {}).get("", "")
    return f"in case {name}" if name else "in a case that is not known to you"


_WORDS: Final[Mapping[str, Any]] = {
    "conveyances": lambda only, _: "by " + _either([one or "means not stated" for one in only.conveyances]),
    "concealments": lambda only, _: "hidden " + _either([one or "in a way not stated" for one in only.concealments]),
    "near": lambda only, _: _near(only.near),
    "agencies": _agency_words,
    "labels": _label_words,
    "case": _case_words,
    "reliability": lambda only, _: f"from sources at least {only.reliability.title.lower()}",
    "validity": lambda only, _: f"at least {only.validity.title.lower()}",
    "precision": lambda only, _: f"placed to the {only.precision.value.replace('_', ' ')} or better",
    "text": lambda only, _: f"saying “{only.text}”",
}


def _either(words: list[str]) -> str:
    named = words[:MOST_NAMED]
    more = len(words) - len(named)
    if more:
        return f"{', '.join(named)} or {more} more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def written_period(period: Period) -> str:
    """A period as people write it: 1 Jul to 30 Sep 2026."""
    first, last = period.since, period.last
    if first == last:
        return f"on {_day(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{_day(first)}{year} to {_day(last)} {last.year}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def written_moment(at: datetime) -> str:
    """A moment of recording, to the minute: 2026-11-15 09:30Z."""
    return f"{at:%Y-%m-%d %H:%MZ}"
