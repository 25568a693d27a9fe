"""Things to be kept, made of what a person typed or drew: hostile text, checked here once."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import (
    MOST_BYTES,
    MOST_LINK,
    MOST_NAME,
    MOST_SELECTION,
    About,
    Draft,
    KeptKind,
    a_day,
    one_line,
    several_lines,
)

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_ANY_MEDIA: Final = "application/octet-stream"
_MOST_HEAD: Final = 80


def area_draft(name: str, area: Area, label: int, *, is_private: bool = False, about: About | None = None) -> Draft:
    """An area of interest. Raises BadQuestion, here and below."""
    # read back, so that what was kept can be opened
    written = Area.parse(area.name).name
    return Draft(KeptKind.AREA, one_line(name, "the area"), {"area": written}, label, is_private, about)


def view_draft(
    name: str, link: Mapping[str, str], label: int, *, is_private: bool = True, about: About | None = None
) -> Draft:
    """A saved view: the parameters of a page's address, as `State.as_link` gives them."""
    written = urlencode(dict(link))
    if len(written) > MOST_LINK:
        raise BadQuestion("this view cannot be kept: its link is too long; choose less in it")
    return Draft(KeptKind.VIEW, one_line(name, "the view"), {"link": written}, label, is_private, about)


def link_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a saved view's address; hostile text, to be read by `State.from_link`."""
    return dict(parse_qsl(str(body.get("link", ""))[:MOST_LINK], max_num_fields=100))


def selection_draft(
    name: str, said: Mapping[str, Any], label: int, *, is_private: bool = True, about: About | None = None
) -> Draft:
    """A named selection: whatever its page means by it, as JSON."""
    try:
        size = len(json.dumps(said, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadQuestion("this selection cannot be kept: it is no JSON") from error
    if size > MOST_SELECTION:
        raise BadQuestion("this selection is too large to be kept: keep the area or the filters that make it")
    return Draft(KeptKind.SELECTION, one_line(name, "the selection"), {"selection": said}, label, is_private, about)


def note_draft(text: str, label: int, about: About | None, *, is_private: bool = False) -> Draft:
    """A note about a record; its first line is its name."""
    said = several_lines(text, "the note")
    return Draft(KeptKind.NOTE, _head(said), {"text": said}, label, is_private, about)


def annotation_draft(
    text: str, lon: float, lat: float, label: int, *, is_private: bool = False, about: About | None = None
) -> Draft:
    """A text at a point of the map, EPSG:4326 degrees."""
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise BadQuestion("a point of the map has a longitude within 180 and a latitude within 90 degrees")
    said = several_lines(text, "the annotation", 1_000)
    body = {"text": said, "lon": round(lon, 5), "lat": round(lat, 5)}
    return Draft(KeptKind.ANNOTATION, _head(said), body, label, is_private, about)


def task_draft(text: str, label: int, about: About, *, who: str = "", until: str = "", is_done: bool = False) -> Draft:
    """Something to be done for a case: by whom (as written), until which day."""
    said = several_lines(text, "the task", 2_000)
    person = one_line(who, "who does it", 100) if who.strip() else ""
    body = {"text": said, "who": person, "until": a_day(until, "“until”"), "done": is_done}
    return Draft(KeptKind.TASK, _head(said), body, label, False, about)


def member_draft(name: str, label: int, about: About, *, agency: str, role: str, telephone: str) -> Draft:
    """Somebody who works on a case, as they are called: of which agency, as what, and where they are reached."""
    said = {"agency": agency, "role": role, "telephone": telephone}
    body = {what: one_line(text, f"the {what}", 100) if text.strip() else "" for what, text in said.items()}
    return Draft(KeptKind.MEMBER, one_line(name, "the person", 100), body, label, False, about)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as its sender calls it: name and media type are hostile text."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def attachment_draft(sent: Sent, label: int, about: About) -> Draft:
    """A file of a case: its bare name, what its sender calls its form, size and hash."""
    bare = one_line(re.split(r"[/\\]", sent.name)[-1][-MOST_NAME:], "the file").strip(". ") or "file"
    if not sent.content:
        raise BadQuestion(f"{bare} is empty (0 bytes)")
    if len(sent.content) > MOST_BYTES:
        raise BadQuestion(f"{bare} is larger than {MOST_BYTES >> 20} MB: attach a smaller one")
    media = sent.media_type.partition(";")[0].strip().lower()
    body = {
        "media_type": media if _MEDIA_TYPE.fullmatch(media) else _ANY_MEDIA,
        "bytes": len(sent.content),
        "sha256": hashlib.sha256(sent.content).hexdigest(),
    }
    return Draft(KeptKind.ATTACHMENT, bare, body, label, False, about)


def _head(text: str) -> str:
    line = one_line(text.split("\n", 1)[0][:MOST_NAME], "the text")
    return line if len(line) <= _MOST_HEAD else f"{line[: _MOST_HEAD - 1]}…"
