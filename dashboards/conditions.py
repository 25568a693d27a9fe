"""The conditions that narrow what is shown, as words of one sentence: a chip for each, and what is left without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from watchfloor.dashboards.state import State
from watchfloor.geo.facets import Facets
from watchfloor.geo.facts import FactKind
from watchfloor.geo.narrowing import NOTHING
from watchfloor.geo.narrowing_words import either, narrowed_words
from watchfloor.geo.period import Period
from watchfloor.geo.substances import BY_CODE as SUBSTANCES

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
    "arrived": "moment of recording",
}
PERIOD: Final = "period"
HOURS: Final = "hours"
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
        chips += [Chip(name, words, without.get(name)) for name, words in narrowed_words(state.only, _titles(facets))]
    else:
        chips.append(Chip("fact", "as reported in sums"))
    chips.append(Chip(PERIOD, written_period(state.asked_period), can_go=False))
    if state.tracks_period.hours is not None:
        chips.append(Chip(HOURS, written_hours(state.tracks_period)))
    if state.known_at is not None:
        chips.append(Chip(KNOWN_AT, f"as known {written_moment(state.known_at)}"))
    return tuple(chips)


def sentence_of(state: State, facets: Facets | None = None) -> str:
    """The conditions as one sentence without its full stop."""
    told = [(", " if chip.name in {PERIOD, HOURS, KNOWN_AT} else " ") + chip.words for chip in chips_of(state, facets)]
    return "".join(told).strip()


def without(state: State, name: str) -> dict[str, Any]:
    """The choices that change when a chip is removed."""
    if name == "substances":
        return {"substances": ()}
    if name == "fact":
        return {"fact": FactKind.EVENTS}
    if name == HOURS:
        return {"period": state.period.whole}
    if name == KNOWN_AT:
        return {"known_at": None}
    gone = ("least_kg", "most_kg") if name == "kilograms" else (name,)
    return {"only": state.only.without(*gone)} if set(gone) <= set(NOTHING.__slots__) else {}


def _substances(codes: tuple[str, ...]) -> str:
    return either([SUBSTANCES[code].name for code in codes]) if codes else "all substances"


type Titles = Mapping[str, Mapping[str, str]]


def _titles(facets: Facets | None) -> Titles:
    if facets is None:
        return {}
    found = {name: {one.value: one.title for one in choices} for name, choices in facets.choices.items()}
    return found | {"case": {"": facets.case}}


def written_period(period: Period) -> str:
    """A period as people write it: 1 Jul to 30 Sep 2026."""
    first, last = period.since, period.last
    if first == last:
        return f"on {_day(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{_day(first)}{year} to {_day(last)} {last.year}"


def written_hours(period: Period) -> str:
    """The hours of a period that has them, and of what they are: tracks from 02:00 to 05:00 UTC."""
    assert period.hours is not None, "only a period with hours is written by them"
    first, until = (f"{hour:02d}:00" for hour in (period.hours.first, period.hours.until))
    if period.days > 1:
        first, until = f"{_day(period.since)} {first}", f"{_day(period.last)} {until}"
    return f"tracks from {first} to {until} UTC"


def written_days(days: Period, tracks: Period) -> str:
    """Days, and between which hours of them tracks are shown if not all day."""
    return str(days) if tracks.hours is None else f"{days}, {written_hours(tracks)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def written_moment(at: datetime) -> str:
    """A moment of recording, to the minute: 2026-11-15 09:30Z."""
    return f"{at:%Y-%m-%d %H:%MZ}"
