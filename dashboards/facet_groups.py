"""The groups of the filter panel: what may be chosen in each, how many it leaves, and what a press on it changes."""

from dataclasses import replace
from typing import Any, Final

from watchfloor.dashboards.conditions import chips_of
from watchfloor.dashboards.state import State
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facets import Choice, Facets
from watchfloor.geo.narrowing import MOST_KG, MOST_KM, Narrowing, NearPorts

USUAL_KM: Final = 50.0
# name, title, how it is chosen
_GROUPS: Final = (
    ("kilograms", "Weight", "numbers"),
    ("conveyances", "Conveyance", "many"),
    ("concealments", "Concealment", "many"),
    ("near", "Near ports", "one"),
    ("agencies", "Agency", "many"),
    ("labels", "Label", "many"),
    ("reliability", "Source is at least", "one"),
    ("validity", "Content is at least", "one"),
    ("precision", "Place is known at least to", "one"),
    ("case", "Case", "one"),
    ("text", "Text", "text"),
)
_NOTES: Final = {
    "kilograms": "Of the chosen substances together. What has no weight in kilograms is left out.",
    "near": "What surely lies that near: a place known only roughly counts if all of its hexagon does.",
    "text": "All words, in title, place or whatever else the source says.",
}


def groups_of(state: State, facets: Facets | None) -> list[dict[str, Any]]:
    """The groups as the panel draws them; facets: of these choices, once counted."""
    words = {chip.name: chip.words for chip in chips_of(state, facets)}
    return [
        {
            "name": name,
            "title": title,
            "kind": kind,
            "said": words.get(name, ""),
            "note": _NOTES.get(name, ""),
            **_inside(name, kind, state.only, facets),
        }
        for name, title, kind in _GROUPS
    ]


def _inside(name: str, kind: str, only: Narrowing, facets: Facets | None) -> dict[str, Any]:
    if kind == "numbers":
        fields = [_field("least_kg", "at least", only.least_kg, 0, MOST_KG)]
        return {"fields": [*fields, _field("most_kg", "at most", only.most_kg, 0, MOST_KG)], "unit": "kg"}
    if kind == "text":
        return {"value": only.text, "hint": "Words to look for"}
    chosen = _chosen(name, only)
    choices = [*_unknown(name, chosen, facets), *(facets.choices.get(name, ()) if facets is not None else ())]
    rows = [{"value": one.value, "title": _title(one), "n": one.n, "on": one.value in chosen} for one in choices]
    if name == "near":
        km = only.near.km if only.near is not None else USUAL_KM
        return {"choices": rows, "fields": [_field("km", "within", km, 1, MOST_KM)], "unit": "km"}
    return {"choices": rows}


def _field(name: str, title: str, value: float | None, least: float, most: float) -> dict[str, Any]:
    return {"name": name, "title": title, "value": value, "least": least, "most": most}


def _title(choice: Choice) -> str:
    return choice.title[:1].upper() + choice.title[1:]


def _chosen(name: str, only: Narrowing) -> frozenset[str]:
    value = getattr(only, name)
    if isinstance(value, tuple):
        return frozenset(str(one) for one in value)
    if value is None:
        return frozenset()
    return frozenset([value.name.lower() if name in {"reliability", "validity"} else str(value)])


def _unknown(name: str, chosen: frozenset[str], facets: Facets | None) -> list[Choice]:
    """What is chosen and not among what may be: it leaves nothing, and must be there to be taken away."""
    known = {one.value for one in facets.choices.get(name, ())} if facets is not None else chosen
    titles = {"case": "A case that is not known to you", "labels": "A label that is not known to you"}
    if name == "case" and facets is not None and facets.case:
        titles["case"] = facets.case
    return [Choice(value, titles.get(name, value), 0) for value in sorted(chosen - known)]


def chosen_with(only: Narrowing, name: str, value: str, *, is_on: bool) -> Narrowing:
    """The conditions after a choice was pressed. Raises BadQuestion for one that is none."""
    kinds = {group: kind for group, _, kind in _GROUPS}
    if kinds.get(name) == "many":
        held = getattr(only, name)
        one: Any = _label(value) if name == "labels" else value
        changed: dict[str, Any] = {name: (*held, one) if is_on else tuple(other for other in held if other != one)}
        return replace(only, **changed)
    if kinds.get(name) == "one":
        if not is_on:
            return only.without(name)
        return replace(only, **{name: getattr(Narrowing.from_parameters({name: value}), name)})
    raise BadQuestion(f"there is no condition {name[:40]!r} to choose")


def _label(value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise BadQuestion("a label is chosen by its number")
    return int(value)


def written_with(only: Narrowing, name: str, text: str) -> Narrowing:
    """The conditions after a field was written. Raises BadQuestion for what cannot be read."""
    text = text.strip()
    if name == "text":
        return replace(only, text=text)
    if name in {"least_kg", "most_kg"}:
        if not text:
            return only.without(name)
        return replace(only, **{name: getattr(Narrowing.from_parameters({name: text}), name)})
    if name == "km":
        near = only.near or NearPorts(USUAL_KM)
        km = NearPorts.parse(text).km if text else USUAL_KM
        return replace(only, near=replace(near, km=km))
    raise BadQuestion(f"there is no field {name[:40]!r} to write in")
