"""What a person typed or drew becomes a thing that can be kept, or one sentence that says why not."""

import hashlib
import uuid

import numpy as np
import pytest

from watchfloor.dashboards.kept_forms import Filling, draft_of, form_of
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import About, AboutKind, KeptKind
from watchfloor.geo.kept_drafts import (
    Sent,
    annotation_draft,
    area_draft,
    attachment_draft,
    link_of,
    member_draft,
    note_draft,
    selection_draft,
    task_draft,
    view_draft,
)

CASE = About.case(uuid.UUID(int=7))
HOSTILE = '<script>alert(1)</script>\u202e\x00 =HYPERLINK("x") \'; DROP TABLE kept;--'


def test_an_area_across_the_antimeridian_is_kept_whole() -> None:
    drawn = Area.parse("poly:179,-1;181,-1;181,1;179,1")

    draft = area_draft("  Line \n islands ", drawn, 1)

    assert draft.name == "Line islands"
    kept = Area.parse(draft.body["area"])
    assert kept.contains(np.array([-179.5, 0.0]), np.zeros(2)).tolist() == [True, False]


def test_a_view_gives_back_the_link_that_was_kept() -> None:
    link = {"layers": "hexagons:80", "mark": "seizures/cell/8a&b=c#d", "since": "2026-01-01"}

    assert link_of(view_draft("mine", link, 1).body) == link


def test_hostile_text_is_kept_as_text_without_control_characters() -> None:
    draft = note_draft(HOSTILE, 1, CASE)

    assert draft.body["text"] == '<script>alert(1)</script> =HYPERLINK("x") \'; DROP TABLE kept;--'
    assert draft.kind is KeptKind.NOTE


@pytest.mark.parametrize("empty", ["", "   ", "\x00\x01", "\n\n"])
def test_what_says_nothing_is_not_kept(empty: str) -> None:
    with pytest.raises(BadQuestion, match="empty"):
        note_draft(empty, 1, CASE)
    with pytest.raises(BadQuestion, match="name"):
        area_draft(empty, Area(BBox(0, 0, 1, 1)), 1)


def test_what_is_too_large_is_told_in_one_sentence() -> None:
    with pytest.raises(BadQuestion, match="at most 10,000"):
        note_draft("x" * 10_001, 1, CASE)
    with pytest.raises(BadQuestion, match="too long"):
        view_draft("v", {"layers": "x" * 5_000}, 1)
    with pytest.raises(BadQuestion, match="too large"):
        selection_draft("s", {"ids": ["x" * 300_000]}, 1)
    with pytest.raises(BadQuestion, match="larger than 20 MB"):
        attachment_draft(Sent("a.bin", "", bytes(20 * 2**20 + 1)), 1, CASE)


def test_a_selection_that_is_no_json_is_refused() -> None:
    with pytest.raises(BadQuestion, match="no JSON"):
        selection_draft("s", {"x": float("nan")}, 1)
    with pytest.raises(BadQuestion, match="no JSON"):
        selection_draft("s", {"x": object()}, 1)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\a.pdf", "a.pdf"),
        ("..", "file"),
        ('x"\r\nSet-Cookie: a', 'x" Set-Cookie: a'),
    ],
)
def test_an_attachment_keeps_its_bare_name(name: str, bare: str) -> None:
    content = b"abc"
    draft = attachment_draft(Sent(name, "text/html; charset=x", content), 1, CASE)

    assert draft.name == bare
    assert draft.body == {"media_type": "text/html", "bytes": 3, "sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize("media", ["", "text", "text/html\r\nX: y", "<b>/x", "a/" + "b" * 90])
def test_a_form_that_is_none_becomes_bytes(media: str) -> None:
    assert attachment_draft(Sent("a", media, b"1"), 1, CASE).body["media_type"] == "application/octet-stream"


def test_who_works_on_a_case_is_named_on_lines_of_their_own() -> None:
    draft = member_draft(" Ida\nRoe ", 1, CASE, agency="NTF", role="", telephone=" +1 555 0100 ")
    assert draft.name == "Ida Roe"
    assert draft.body == {"agency": "NTF", "role": "", "telephone": "+1 555 0100"}
    with pytest.raises(BadQuestion, match="the person"):
        member_draft("  ", 1, CASE, agency="", role="", telephone="")


def test_a_task_is_for_one_of_those_who_work_on_the_case() -> None:
    filling = Filling(KeptKind.TASK, CASE, {"people": ("Ida Roe", "Jo Poe")})
    who = next(one for one in form_of(filling, [], agency=None)["fields"] if one["name"] == "who")
    assert [one["title"] for one in who["options"]] == ["Nobody yet", "Ida Roe", "Jo Poe"]
    said = {"text": "Call", "until": "", "label": "1"}
    assert draft_of(filling, said | {"who": "Jo Poe"}).body["who"] == "Jo Poe"
    with pytest.raises(BadQuestion, match="add them first"):
        draft_of(filling, said | {"who": "Somebody"})


def test_who_works_on_a_case_is_of_an_agency_that_the_store_knows() -> None:
    filling = Filling(KeptKind.MEMBER, CASE, {"agencies": {"CGD": "Coast Guard District"}})
    asked = {one["name"]: one for one in form_of(filling, [], agency="NTF")["fields"]}
    said = {"label": "1", "name": "Ida Roe", "agency": "CGD"}

    assert [option["title"] for option in asked["agency"]["options"]] == ["Not said", "CGD  Coast Guard District"]
    assert draft_of(filling, said).body["agency"] == "CGD"
    assert draft_of(filling, {**said, "agency": ""}).body["agency"] == ""
    with pytest.raises(BadQuestion, match="choose one of the agencies"):
        draft_of(filling, {**said, "agency": "Atlantis"})


def test_a_task_says_until_which_day() -> None:
    assert task_draft("Call", 1, CASE, who=" ana ", until="2026-03-01").body == {
        "text": "Call", "who": "ana", "until": "2026-03-01", "done": False,
    }  # fmt: skip
    with pytest.raises(BadQuestion, match="a day such as"):
        task_draft("Call", 1, CASE, until="soon")


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0)])
def test_an_annotation_stands_on_the_earth(lon: float, lat: float) -> None:
    with pytest.raises(BadQuestion, match="longitude"):
        annotation_draft("here", lon, lat, 1)


@pytest.mark.parametrize(("kind", "thing"), [("case", "7"), ("entity", "' OR 1=1"), ("place", "1e9"), ("place", "-1")])
def test_what_a_thing_is_about_is_named_by_an_id(kind: str, thing: str) -> None:
    with pytest.raises(BadQuestion, match="named by"):
        About(AboutKind(kind), thing)
