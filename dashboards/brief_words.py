"""A brief in words and numbers, each with its unit, as its template takes them; every text is hostile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from watchfloor.dashboards.brief_reading import Arrived, Brief
from watchfloor.dashboards.charts import GRAINS, drawn_trend, filled
from watchfloor.dashboards.citations import answer_hash
from watchfloor.dashboards.conditions import written_moment, written_period
from watchfloor.geo.answers import Counts
from watchfloor.geo.areas import written_area
from watchfloor.geo.brief import Tally, against
from watchfloor.geo.comparison_places import PlaceChange
from watchfloor.geo.expectation import BRIEF_TESTS, PICKED
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.handing_on import BESIDE
from watchfloor.geo.kept import Kept
from watchfloor.geo.weights import written_weight
from watchfloor.layers.change_legends import off_one, written_chance, written_level
from watchfloor.layers.growth_words import TEST

LISTED: Final = 10
TREND_PX: Final = 104
_MOST_NOTE: Final = 600
CLEAR: Final = "clear"
NOT_TESTED: Final = "not tested: a few large seizures decide them"
EARLIER: Final = (("before", "the period before"), ("year", "the same days a year earlier"))


@dataclass(frozen=True, slots=True)
class Against:
    """One earlier period beside that of the brief: what it held, and how the numbers differ."""

    called: str
    period: str
    n: str
    n_more: str
    kilograms: str
    kilograms_more: str
    n_may: str
    rate: str
    chance: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a list, and how many there are beyond them."""

    rows: tuple[Any, ...]
    more: int


def place_in_words(place: str, name: str = "") -> str:
    """Where, as the end of a sentence. place: what a selection is called; name: of a kept area."""
    called = f"{place[:1].lower()}{place[1:]}"
    if name:
        return f"in {name} ({called})"
    return called if called.startswith("everywhere") else f"in {called}"


def brief_words(brief: Brief, sentence: str, asked_at: datetime) -> dict[str, Any]:
    """Values of brief_body.html. sentence: the filters in words."""
    order, found, query = brief.order, brief.evidence, brief.order.query
    place = order.place.words
    name = order.area.name if order.area else place
    where = place_in_words(place, order.area.name if order.area else "")
    return {
        "heading": name,
        "question": f"Single seizures of {sentence[:1].lower()}{sentence[1:]}, {where}.",
        "period": written_period(query.period),
        "known": _known(query.known_at, asked_at),
        "area": order.area,
        "size": written_area(found.area_m2),
        "n": f"{found.n:,}",
        "kilograms": written_weight(found.kilograms),
        "n_may": f"{found.n_may - found.n_unplaced:,}",
        "n_unplaced": f"{found.n_unplaced:,}",
        "now_period": str(query.period),
        "earlier": [
            _against(brief.now, tally, called, is_picked=order.place.is_of_hexagons)
            for tally, called in _earlier(brief)
        ],
        "test": TEST,
        "tests": BRIEF_TESTS,
        "beside": BESIDE,
        "picked": PICKED if order.place.is_of_hexagons else "",
        "arrived": _arrived(brief.arrived),
        "trend": drawn_trend(brief.now.trend, _year_before(brief), height=TREND_PX, period=query.period),
        "grain": GRAINS[brief.now.trend.grain],
        "largest": brief.largest,
        "holders": found.holders,
        "notes": [_note(one) for one in brief.notes],
        **_made_of(brief),
        **_led_to(brief),
    }


def _made_of(brief: Brief) -> dict[str, Any]:
    """The records by their parts."""
    parts = brief.parts
    return {
        "substances": first(parts.substances),
        "places": first(parts.places),
        "n_nameless": parts.n_nameless,
        "untold": brief.evidence.n - parts.n_told,
        "precisions": parts.precisions,
        "sources": first(parts.sources),
    }


def _led_to(brief: Brief) -> dict[str, Any]:
    """What the records lead to, and what craft did there."""
    leads, happened = brief.leads, brief.happened
    return {
        "entities": first(leads.entities),
        "cases": first(leads.cases),
        "conflicts": first([one for one in leads.deconfliction if one.status != CLEAR]),
        "n_clear": sum(one.status == CLEAR for one in leads.deconfliction),
        "n_followed": leads.n_followed,
        "is_followed_whole": leads.n_followed == brief.evidence.n,
        "happened": happened,
        "events": [_event(one) for one in happened.newest],
        "n_events": sum(n for _, n in happened.counts),
    }


def cited(brief: Brief, question: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Hashes by which the two main numbers can be cited: of question, version and number, as the page's citations."""
    found = brief.evidence
    numbers = (("n", float(found.n)), ("kilograms", round(found.kilograms, 3)))
    return tuple((name, answer_hash(question | {"of": name}, brief.version, number)) for name, number in numbers)


def first(rows: Sequence[Any], most: int = LISTED) -> Listed:
    """The first of some rows."""
    return Listed(tuple(rows[:most]), max(0, len(rows) - most))


def _earlier(brief: Brief) -> list[tuple[Tally, str]]:
    found = [(getattr(brief, name), called) for name, called in EARLIER]
    kept = [(tally, called) for tally, called in found if tally is not None]
    # of a whole year both are the same days
    return kept[:1] if len(kept) == 2 and kept[0][0].period == kept[1][0].period else kept


def _against(now: Tally, before: Tally, called: str, *, is_picked: bool) -> Against:
    change = against(now, before)
    return Against(
        called,
        str(before.period),
        f"{change.n_b:,}",
        _more(change.n_a, change.n_b, f"{abs(change.n_a - change.n_b):,}"),
        written_weight(change.kilograms_b),
        _more(change.kilograms_a, change.kilograms_b, written_weight(abs(change.kilograms_a - change.kilograms_b))),
        f"{before.held.n_may:,}",
        _rate(change),
        _picked(change) if is_picked else _chance(change),
    )


def _more(now: float, before: float, written: str) -> str:
    if now == before:
        return "as many"
    sign = "+" if now > before else "−"
    share = f" ({sign}{abs(now / before - 1):.0%})" if before else " (none then)"
    return f"{sign}{written}{share}"


def _rate(change: PlaceChange) -> str:
    ratio, low, high = change.interval
    if math.isnan(ratio):
        return "none in either period"
    upper = "without upper end" if math.isinf(high) else off_one(high, 3)
    told = "none then" if math.isinf(ratio) else f"{ratio:.3g} times"
    return f"{told} (95 % interval {off_one(low, 3)} to {upper})"


def _chance(change: PlaceChange) -> str:
    if math.isnan(change.p):
        return "too few to tell a change from chance"
    how = "more than chance" if change.is_beyond_chance else "no more than chance may make"
    return f"{how}, {written_level('p', change.p)}: {written_chance(change.p)}"


def _picked(change: PlaceChange) -> str:
    own = "too few to be tested" if math.isnan(change.p) else f"{written_level('p', change.p)} by itself"
    return f"picked on the map: no test of it counts here ({own})"


def _year_before(brief: Brief) -> Counts | None:
    """Counts a year before each bar of the trend; none where the days were not asked for."""
    if brief.year is None or brief.year.trend.grain != brief.now.trend.grain:
        return None
    known = dict(zip(brief.year.trend.starts, brief.year.trend.n.tolist(), strict=True))
    return np.array([known.get(_earlier_day(day), 0) for day in _starts(brief)], np.int64)


def _starts(brief: Brief) -> list[Any]:
    return filled(brief.now.trend, brief.order.query.period).starts


def _earlier_day(day: Any) -> Any:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _arrived(arrived: Arrived | None) -> str:
    if arrived is None:
        return ""
    noun = "record is" if arrived.n == 1 else "records are"
    return f"{arrived.n:,} of these {noun} new or changed since the alert was last looked at {_at(arrived.since)}."


def _known(known_at: datetime | None, asked_at: datetime) -> str:
    return f"as known at {written_moment(known_at)}" if known_at else f"as known when it was asked, {_at(asked_at)}"


def _event(one: FoundEvent) -> dict[str, str]:
    other = f" and {one.other_name}" if one.other_name else ""
    return {
        "kind": one.kind.capitalize(),
        "craft": f"{one.craft_name}{other}",
        "when": _at(one.starts),
        "lasted": _lasted(one.ends - one.starts),
    }


def _lasted(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"


def _note(kept: Kept) -> dict[str, str]:
    keeper = kept.people.get(kept.author)
    text = kept.text if len(kept.text) <= _MOST_NOTE else f"{kept.text[:_MOST_NOTE]}…"
    who = kept.author if keeper is None else keeper.words
    call = "" if keeper is None or kept.is_own else keeper.call
    return {"text": text, "who": who, "call": call, "at": _at(kept.at), "label": kept.label.title}


def _at(moment: datetime) -> str:
    return written_moment(moment.astimezone(UTC))
