"""What the frame of a picture of the map says: title, legends, counts, sources, who made it when, of which question."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from watchfloor.app.map_order import MapOrder
from watchfloor.dashboards.choices import BY_CODE
from watchfloor.dashboards.comparing import CompareView
from watchfloor.dashboards.conditions import sentence_of, written_hours
from watchfloor.dashboards.readings import Reading
from watchfloor.dashboards.state import State
from watchfloor.dashboards.theme import DARK, EXERCISE_GROUND, EXERCISE_TEXT, LIGHT
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.handing_on import Handling
from watchfloor.geo.kept import Kept
from watchfloor.geo.kept_selection import called, kept_as, may_be_named
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label, Tlp
from watchfloor.geo.selection import Selection
from watchfloor.layers.map_sheet import Look, Words
from watchfloor.layers.palettes import Theme
from watchfloor.layers.sheet_legend import Entry, Inks

EXERCISE: Final = "EXERCISE   not for operational use   EXERCISE"
# of the Traffic Light Protocol 2.0, on black
COLOURS: Final = {
    Tlp.CLEAR: "#ffffff",
    Tlp.GREEN: "#33ff00",
    Tlp.AMBER: "#ffc000",
    Tlp.AMBER_STRICT: "#ffc000",
    Tlp.RED: "#ff2b2b",
}
# conditions whose names only the store knows
_NAMED_BY_STORE: Final = {"labels", "agencies", "case"}
ONE_PERIOD: Final = "Of the two periods that the page compares by a handle, this shows the page's own"

type Facts = tuple[tuple[str, str], ...]


def look_of(theme: Theme) -> Look:
    """Colours of a sheet, as the pages have them."""
    palette = LIGHT if theme == "light" else DARK
    return Look(palette.surface, Inks(palette.text, palette.muted, palette.line), (EXERCISE_GROUND, EXERCISE_TEXT))


def words_of(handling: Handling, title: str, subtitle: str, entries: Sequence[Entry], facts: Facts) -> Words:
    """All that a sheet says."""
    strictest = max((label.tlp for label, _ in handling.labels), default=Tlp.CLEAR)
    exercise = EXERCISE if handling.is_exercise else ""
    return Words(handling.marking, COLOURS[strictest], exercise, title, subtitle, entries, facts)


def title_of(repository: Repository, asker: Asker, state: State) -> str:
    """The filters as a sentence."""
    is_named = state.fact is FactKind.EVENTS and _NAMED_BY_STORE & set(state.only.given)
    facets = repository.seizure_facets(asker, state.query(Layer.SEIZURES)) if is_named else None
    said = sentence_of(state, facets)
    return said[:1].upper() + said[1:]


def subtitle_of(order: MapOrder, asked_at: datetime) -> str:
    """Which layers, of which days, as known when."""
    known = order.state.known_at
    told = f"as known at {known:%Y-%m-%d %H:%M:%SZ}" if known else f"as known at {asked_at:%Y-%m-%d %H:%MZ}"
    layers = ", ".join(BY_CODE[code].title for code in order.readable)
    period = order.state.asked_period
    days = f"{period.since} until before {period.until}"
    if "tracks" in order.readable and order.state.tracks_period.hours is not None:
        days += f", {written_hours(order.state.tracks_period)}"
    return f"{layers or 'No layer'} · {days} · {told}"


def sources_of(repository: Repository, asker: Asker, queries: Mapping[str, Query]) -> tuple[str, ...]:
    """Names of all sources of the layers, the last loaded first; without those that are not told of then."""
    found: dict[str, None] = {}
    for query in queries.values():
        try:
            origin = repository.origin(asker, query)
        except BadQuestion:
            if query.known_at is None:
                raise
            continue
        if origin is not None:
            found |= dict.fromkeys(origin.sources)
    return tuple(found)


def outlined_of(selection: Selection | None, things: Iterable[Kept], labels: Sequence[Label], given_to: str) -> str:
    """What the outline on a picture under these labels is called: by its name where that may stand there."""
    if selection is None:
        return ""
    area = kept_as(selection, things)
    is_named = area is not None and may_be_named(area, labels, given_to)
    return called(area) if area is not None and is_named else f"The selection: {selection.words}"


def facts_of(order: MapOrder, handling: Handling, sources: Sequence[str], outlined: str = "") -> Facts:
    """Name and text of each line below the map. outlined: what the outline on it is called, if there is one."""
    told: list[tuple[str, str]] = [("Counts", f"{handling.counts.words}.")]
    if outlined:
        told.append(("Outlined", outlined))
    if handling.notes:
        told.append(("Note", ". ".join(handling.notes) + "."))
    given = f"for {handling.given_to}" if handling.given_to else "for the named person alone"
    agency = f", {handling.agency}" if handling.agency else ""
    made = f"{handling.asked_at:%Y-%m-%d %H:%M:%SZ} by {handling.by}{agency}, {given}, with Watchfloor"
    return (
        *told,
        ("Sources", "; ".join(sources) or "none that may be named"),
        ("Made", made),
        ("Question", f"SHA-256 {order.digest()}"),
        ("Link", order.address),
    )


def notes_of(order: MapOrder, *, n_private: int) -> tuple[str, ...]:
    """What the page shows and the picture does not."""
    notes = [f"{title} are of a moment and are not drawn" for title in order.left_out]
    if order.state.compare is not None and order.state.compare.view is CompareView.SWIPE:
        notes.append(ONE_PERIOD)
    if order.state.partners:
        notes.append(f"Partners' layers, {len(order.state.partners):,} on the page, are not drawn")
    if n_private:
        notes.append(f"{n_private:,} of the areas and notes are for their author alone and are not drawn")
    return tuple(notes)


def entries_of(order: MapOrder, readings: Mapping[str, Reading]) -> tuple[Entry, ...]:
    """The legends, the uppermost layer first."""
    return tuple(
        Entry(BY_CODE[code].title, reading.legend if reading.state.shows_body else None, reading.state.sentence)
        for code, reading in readings.items()
        if code in order.readable
    )


def texts_of(handling: Handling, title: str, order: MapOrder) -> dict[str, str]:
    """What the file itself says, by keyword, for programs and for who sees no frame."""
    return {
        "Title": f"{handling.marking}: {title}",
        "Description": "\n".join(handling.sentences),
        "Creation Time": f"{handling.asked_at:%Y-%m-%dT%H:%M:%SZ}",
        "Source": f"Watchfloor {order.address}",
    }
