"""Forms in which something is kept: which fields each kind has, and the draft that a filled form means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from watchfloor.dashboards.kept_rows import label_choice
from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import MOST_BYTES, MOST_NAME, MOST_TEXT, About, Draft, Kept, KeptKind
from watchfloor.geo.kept_drafts import (
    annotation_draft,
    area_draft,
    link_of,
    member_draft,
    note_draft,
    selection_draft,
    task_draft,
    view_draft,
)
from watchfloor.geo.scope import Label, Tlp

TITLES = {
    KeptKind.AREA: "Keep this area",
    KeptKind.VIEW: "Keep this view",
    KeptKind.SELECTION: "Keep this selection",
    KeptKind.NOTE: "Write a note",
    KeptKind.ANNOTATION: "Note on the map",
    KeptKind.TASK: "Task",
    KeptKind.MEMBER: "Who works on it",
    KeptKind.ATTACHMENT: "Attach a file",
}
_MOST_LABELS = 1 << 15
CAN_BE_PRIVATE = {KeptKind.AREA, KeptKind.VIEW, KeptKind.SELECTION, KeptKind.NOTE, KeptKind.ANNOTATION}
PRIVATE_FIRST = {KeptKind.VIEW, KeptKind.SELECTION}


@dataclass(frozen=True, slots=True)
class Filling:
    """A form that is open.

    given: what was drawn or shown and is not typed; `views`: names and links to choose among, by number; `people`: who
    may do a task; `agencies`: names by code, of which somebody may be. kept: what is changed; None for a new one. told:
    what will be kept, in a sentence. instead: an act that begins something else, with its title.
    """

    kind: KeptKind
    about: About | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    kept: Kept | None = None
    told: str = ""
    instead: tuple[str, str] = ("", "")


def form_of(filling: Filling, labels: Sequence[Label], *, agency: str | None, form_key: str = "") -> dict[str, Any]:
    """The form as the board draws it. form_key: goes with a file that is sent."""
    kind, kept = filling.kind, filling.kept
    chosen = kept.label.id if kept else first_label(labels, agency)
    markings = [(label.id, label_choice(label)["title"]) for label in labels]
    fields = [*_FIELDS[kind](kept), _choice("label", "Marking", markings, chosen)]
    if "people" in filling.given:
        fields = [_who(kept, filling.given["people"]) if one["name"] == "who" else one for one in fields]
    if "agencies" in filling.given:
        fields = [_agency(kept, filling.given["agencies"]) if one["name"] == "agency" else one for one in fields]
    if "views" in filling.given:
        views = [(number, name) for number, (name, _) in filling.given["views"].items()]
        fields.insert(0, _choice("view", "View", views, views[0][0]))
    if kind in CAN_BE_PRIVATE:
        is_private = kept.is_private if kept else kind in PRIVATE_FIRST and filling.about is None
        fields.append({"name": "private", "title": "For me alone", "kind": "check", "value": is_private})
    upload = {}
    if kind is KeptKind.ATTACHMENT and filling.about is not None:
        about = f"{filling.about.kind}:{filling.about.id}"
        upload = {"upload": {"about": about, "form_key": form_key, "most": MOST_BYTES}}
    return {
        "title": f"Change this {kind}" if kept else TITLES[kind],
        "fields": fields,
        "labels": [label_choice(label) for label in labels],
        "send": "Keep changes" if kept else "Attach" if upload else "Keep",
        "told": filling.told,
        "instead": dict(zip(("act", "title"), filling.instead, strict=True)),
        **upload,
    }


def first_label(labels: Sequence[Label], agency: str | None) -> int:
    """The label that is offered first: of the reader's own agency, for that agency alone, the least sensitive."""
    own = sorted(labels, key=lambda one: (one.owner != agency, one.tlp is not Tlp.AMBER_STRICT, one.tier, one.id))
    return own[0].id if own else 0


def draft_of(filling: Filling, said: Mapping[str, Any]) -> Draft:
    """What a filled form means. said: hostile. Raises BadQuestion."""
    try:
        label = int(_text(said, "label")[:9])
    except ValueError as error:
        raise BadQuestion("choose who may see it: the marking") from error
    made = _DRAFTS.get(filling.kind)
    if made is None or not 0 < label < _MOST_LABELS:
        raise BadQuestion("this cannot be kept here")
    draft = made(filling, said, label)
    return replace(draft, is_private=filling.kind in CAN_BE_PRIVATE and said.get("private") is True)


def turned(task: Kept) -> Draft:
    """A task that was open as done, or the other way round."""
    body = {**task.body, "done": not task.body.get("done")}
    return Draft(task.kind, task.name, body, task.label.id, task.is_private, task.about)


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value if isinstance(value, str) else ""


def _name(kept: Kept | None) -> list[dict[str, Any]]:
    value = kept.name if kept else ""
    return [{"name": "name", "title": "Name", "kind": "text", "most": MOST_NAME, "value": value}]


def _lines(kept: Kept | None) -> list[dict[str, Any]]:
    value = kept.text if kept else ""
    return [{"name": "text", "title": "Text", "kind": "lines", "most": MOST_TEXT, "value": value}]


def _task(kept: Kept | None) -> list[dict[str, Any]]:
    body = kept.body if kept else {}
    return [
        *_lines(kept),
        {"name": "who", "title": "Who does it", "kind": "text", "most": 100, "value": str(body.get("who", ""))},
        {"name": "until", "title": "Until", "kind": "day", "value": str(body.get("until", ""))},
    ]


def _who(kept: Kept | None, people: Sequence[str]) -> dict[str, Any]:
    """Who does a task, among the people of the case, and whoever does it now."""
    now = str(kept.body.get("who", "")) if kept else ""
    listed = sorted({*people, now} - {""})
    return _choice("who", "Who does it", [("", "Nobody yet"), *((name, name) for name in listed)], now)


def _agency(kept: Kept | None, agencies: Mapping[str, str]) -> dict[str, Any]:
    """Somebody's agency, among those that the store knows, and the one that stands there now."""
    now = str(kept.body.get("agency", "")) if kept else ""
    options = [("", "Not said"), *((code, f"{code}  {name}") for code, name in agencies.items())]
    return _choice("agency", "Agency", options if now in {"", *agencies} else [*options, (now, now)], now)


def _member(kept: Kept | None) -> list[dict[str, Any]]:
    body = kept.body if kept else {}
    asked = {"agency": "Agency", "role": "Role", "telephone": "Telephone"}
    return [
        *_name(kept),
        *(
            {"name": name, "title": title, "kind": "text", "most": 100, "value": str(body.get(name, ""))}
            for name, title in asked.items()
        ),
    ]


def _file(_: Kept | None) -> list[dict[str, Any]]:
    return [{"name": "file", "title": f"File, up to {MOST_BYTES >> 20} MB", "kind": "file"}]


def _choice(name: str, title: str, options: Iterable[tuple[int | str, str]], value: int | str) -> dict[str, Any]:
    listed = [{"id": code, "title": words} for code, words in options]
    return {"name": name, "title": title, "kind": "choice", "options": listed, "value": value}


def _area(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    area = filling.kept.area if filling.kept else Area.parse(str(filling.given["area"]))
    return area_draft(_text(said, "name"), area, label, about=filling.about)


def _view(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    if filling.kept:
        return view_draft(_text(said, "name"), link_of(filling.kept.body), label, about=filling.about)
    if "views" not in filling.given:
        return view_draft(_text(said, "name"), filling.given["link"], label, about=filling.about)
    name, link = filling.given["views"].get(_text(said, "view"), ("", {}))
    return view_draft(_text(said, "name") or name, link, label, about=filling.about)


def _selection(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    given = filling.kept.body["selection"] if filling.kept else dict(filling.given)
    return selection_draft(_text(said, "name"), given, label, about=filling.about)


def _note(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    return note_draft(_text(said, "text"), label, filling.about)


def _annotation(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    given = filling.kept.body if filling.kept else filling.given
    return annotation_draft(_text(said, "text"), float(given["lon"]), float(given["lat"]), label, about=filling.about)


def _done(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    assert filling.about is not None
    is_done = bool(filling.kept and filling.kept.body.get("done"))
    who, until = _text(said, "who"), _text(said, "until")
    known = {*filling.given.get("people", (who,)), str(filling.kept.body.get("who", "")) if filling.kept else "", ""}
    if who not in known:
        raise BadQuestion("who does it is chosen among those who work on the case: add them first")
    return task_draft(_text(said, "text"), label, filling.about, who=who, until=until, is_done=is_done)


def _worker(filling: Filling, said: Mapping[str, Any], label: int) -> Draft:
    assert filling.about is not None
    agency, role, telephone = (_text(said, name) for name in ("agency", "role", "telephone"))
    now = str(filling.kept.body.get("agency", "")) if filling.kept else ""
    if agency not in {"", now, *filling.given.get("agencies", (agency,))}:
        raise BadQuestion("choose one of the agencies that the store knows")
    return member_draft(_text(said, "name"), label, filling.about, agency=agency, role=role, telephone=telephone)


_DRAFTS = {
    KeptKind.AREA: _area,
    KeptKind.VIEW: _view,
    KeptKind.SELECTION: _selection,
    KeptKind.NOTE: _note,
    KeptKind.ANNOTATION: _annotation,
    KeptKind.TASK: _done,
    KeptKind.MEMBER: _worker,
}
_FIELDS = {
    KeptKind.AREA: _name,
    KeptKind.VIEW: _name,
    KeptKind.SELECTION: _name,
    KeptKind.NOTE: _lines,
    KeptKind.ANNOTATION: _lines,
    KeptKind.TASK: _task,
    KeptKind.MEMBER: _member,
    KeptKind.ATTACHMENT: _file,
}
