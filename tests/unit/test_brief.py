"""Briefs: what two periods came to, numbers with their units, hostile text as text, a file that stands alone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import numpy as np
import pytest

from watchfloor.app.brief_file import BriefFile, address_of, digest, question_of
from watchfloor.app.brief_map import SIZE, MapPicture, _around, _window
from watchfloor.dashboards.brief_reading import Arrived, Brief, BriefOrder, Happened
from watchfloor.dashboards.brief_release import Beside, labels_beside, released
from watchfloor.dashboards.brief_words import brief_words, cited, first, place_in_words
from watchfloor.dashboards.selection_tools import brief_link
from watchfloor.dashboards.state import State
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Linked, Record, Trend
from watchfloor.geo.bbox import BBox
from watchfloor.geo.brief import Parts, Share, Source, Tally, against, weekly
from watchfloor.geo.comparison import change_p, period_before, year_before
from watchfloor.geo.comparison_places import Held
from watchfloor.geo.errors import StaleScope
from watchfloor.geo.evidence import Evidence, Holder, LeadsTo, May, Row
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.handing_on import Counts, Handling
from watchfloor.geo.kept import Keeper, Kept, KeptKind
from watchfloor.geo.period import Period
from watchfloor.geo.scope import Label, Tier, Tlp
from watchfloor.geo.selection import Selection

HOSTILE = "<img src=x onerror=alert(1)>"
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 23))
PLACE = Selection.parse("box:-100,28,-92,34")
LABEL = Label(4, "NTF", Tlp.AMBER, Tier.SENSITIVE)
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
PICTURE = MapPicture("iVBORw0KGgo=", 10, 5, "50 km", 20.0)


def tally(period: Period, per_week: int, kilograms: float = 12.5) -> Tally:
    days = [period.since + timedelta(days=7 * week) for week in range(period.days // 7) for _ in range(per_week)]
    trend = Trend([period.since], np.array([len(days)]), np.array([kilograms]), "d")
    return Tally(period, Held(len(days), kilograms, 2), tuple(days), trend, ((LABEL, len(days)),))


def record() -> Record:
    return Record(
        id=UUID(int=1), kind="seizure", title=HOSTILE, when="2026-08-03", place=HOSTILE, precision="known to the town",
        amount=HOSTILE, reliability="Reliable", validity="Confirmed", label=LABEL.title, source=HOSTILE,
    )  # fmt: skip


def kept(kind: KeptKind, body: dict[str, object]) -> Kept:
    people = {"ada": Keeper(HOSTILE, "NTF", "555-0100")}
    return Kept(UUID(int=9), 2, kind, HOSTILE, body, LABEL, "ada", False, False, None, AT, "ada", AT, people)


def a_brief(**changed: object) -> Brief:
    order = BriefOrder(State(period=QUARTER, selection=PLACE), PLACE, kept(KeptKind.AREA, {"area": PLACE.name}))
    linked = Linked(UUID(int=3), "person", HOSTILE, "courier · 2 records", LABEL.title)
    conflict = Linked(UUID(int=5), "entity", HOSTILE, "same plate", LABEL.title, "conflict", "CGD 555-0111")
    event = FoundEvent(1, "gap", "p", 7, HOSTILE, None, None, AT, AT + timedelta(hours=7), -95.0, 30.0, {}, 4, 4)
    whole = Brief(
        order=order,
        version=12,
        evidence=Evidence(
            24, 12.5, 2.5e11, None, None, (Holder("NTF", HOSTILE, 24, 5, "555-0100"),), (LABEL,), (May(LABEL, 5, 3),)
        ),
        parts=Parts(24, (Share(HOSTILE, 24, 12.5),), (Share(HOSTILE, 20, 10.0),), 4, (("known to the town", 24),),
                    (Source(HOSTILE, "Tests", "none", 24, (("Reliable · Confirmed", 24),)),)),
        now=tally(QUARTER, 2),
        before=tally(period_before(QUARTER), 1),
        year=tally(year_before(QUARTER), 2),
        largest=(Row(record(), 4.25, -95.0, 30.0, 6_000.0, False, "NTF", ()),),
        leads=LeadsTo((linked,) * 12, (), (conflict,), 24),
        happened=Happened((("gap", 1),), (event,)),
        arrived=Arrived(3, AT),
        notes=(kept(KeptKind.ANNOTATION, {"text": HOSTILE, "lon": -95.0, "lat": 30.0}),),
        labels=((LABEL, 24),),
    )  # fmt: skip
    return replace(whole, **changed)


def body_of(brief: Brief) -> str:
    words = brief_words(brief, "Fentanyl, 1 Jul to 22 Sep 2026", AT)
    return rendered("brief_body.html", picture=PICTURE, undrawn=0, weight="{:.3g} kg".format, not_tested="not", **words)


def a_file(brief: Brief, body: str) -> BriefFile:
    counts = Counts(brief.evidence.n, where="seizures lie in this place")
    question = question_of(brief.order)
    handling = Handling(True, brief.labels, question, "words", AT, None, counts, "Ada (ada)", "NTF", "", (), "c0ffee")
    return BriefFile(brief.order, handling, "Depots", body, 12, cited(brief, question))


class Seen(HTMLParser):
    """Tags, and where they lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.leads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.leads += [str(value) for name, value in attrs if name in ("src", "href", "action")]


# ------------------------------------------------------------ two periods
def test_two_periods_without_bursts_are_tested_as_the_comparison_tests_one_hexagon() -> None:
    now, before = tally(QUARTER, 2), tally(period_before(QUARTER), 1)
    change = against(now, before)
    assert (change.n_a, change.n_b) == (24, 12)
    assert change.p == pytest.approx(float(change_p(np.array([24]), np.array([12]), 0.5)[0]))


def test_bursts_make_the_same_totals_less_surprising() -> None:
    now, before = tally(QUARTER, 2), tally(period_before(QUARTER), 1)
    burst = replace(now, days=tuple(day for day in now.days[::8] for _ in range(8)))
    assert against(burst, before).p > against(now, before).p


def test_days_after_the_last_whole_week_are_in_no_week() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 17))
    days = (date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 16))
    assert weekly(replace(tally(period, 1), days=days)).tolist() == [[1.0, 1.0]]
    assert weekly(replace(tally(period, 1), days=())).tolist() == [[0.0, 0.0]]


# ------------------------------------------------------------ words
def test_text_of_others_is_text_in_every_part_of_a_brief() -> None:
    body = body_of(a_brief())
    assert HOSTILE not in body
    assert body.count("&lt;img") > 12
    assert Seen(body).tags.count("img") == 1


def test_a_brief_says_how_numbers_differ_and_whether_that_is_chance() -> None:
    words = brief_words(a_brief(), "Fentanyl", AT)
    before, year = words["earlier"]
    assert (before.n, before.n_more) == ("12", "+12 (+100%)")
    assert "95 % interval" in before.rate
    assert "p = " in before.chance
    assert (year.n_more, year.period) == ("as many", "2025-07-01 to 2025-09-22")
    assert words["n_may"] == "2"
    assert words["picked"] == ""
    place = Selection.parse("cells:85283473")
    picked = brief_words(a_brief(order=replace(a_brief().order, place=place)), "Fentanyl", AT)
    assert "no p of this place alone counts as a test" in picked["picked"]
    assert picked["earlier"][0].chance.startswith("picked on the map: no test of it counts here (p = ")
    assert words["n_unplaced"] == "3"


def test_what_is_not_known_is_said_and_not_left_blank() -> None:
    nothing = a_brief(
        happened=Happened(why_not="positions have changed since"), leads=LeadsTo((), (), (), 0), notes=(), before=None,
        year=None, arrived=None, largest=(), parts=Parts(0, (), (), 0, (), ()),
    )  # fmt: skip
    body = body_of(nothing)
    for told in ("Not told: positions have changed since", "No overlap", "No case", "Nothing that you may see"):
        assert told in body
    assert "Against" not in body


def test_what_was_checked_and_is_clear_is_counted_and_not_listed() -> None:
    clear = Linked(UUID(int=6), "entity", "Nobody in particular", "nothing found", LABEL.title, "clear")
    leads = replace(a_brief().leads, deconfliction=(*a_brief().leads.deconfliction, clear, clear))
    body = body_of(a_brief(leads=leads))
    assert "Nobody in particular" not in body
    assert "2 others were checked, and nothing was found." in body
    assert "CGD 555-0111" in body


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert (len(first(range(25)).rows), first(range(25)).more, first(range(3)).more) == (10, 15, 0)
    assert "and 2 more linked records" in body_of(a_brief())


# ------------------------------------------------------------ to whom
def test_what_may_not_go_to_an_agency_is_left_out_and_marks_nothing() -> None:
    free = Label(7, "CGD", Tlp.GREEN, Tier.OPEN)
    shared = replace(LABEL, id=8, releasable_to=frozenset({"CGD"}))
    people = tuple(Linked(UUID(int=n), "person", "p", "", one.title) for n, one in enumerate((LABEL, free, shared)))
    events = tuple(replace(a_brief().happened.newest[0], label=a, other_label=b) for a, b in ((7, 7), (7, 4), (8, 7)))
    notes = tuple(replace(a_brief().notes[0], label=free, is_private=alone) for alone in (False, True))
    whole = Beside(LeadsTo(people, people[:1], people[:2], 9), events, notes)
    known = (LABEL, free, shared)

    told = released(whole, known, "CGD")

    assert [one.label for one in told.leads.entities] == [free.title, shared.title]
    assert (told.leads.cases, len(told.leads.deconfliction)) == ((), 1)
    assert [one.label for one in told.events] == [7, 8]
    assert [one.is_private for one in told.notes] == [False]
    assert labels_beside(told, known) == [free, shared]
    assert released(whole, known, "") is whole
    assert labels_beside(whole, known) == list(known)
    with pytest.raises(StaleScope):
        labels_beside(whole, known[1:])


# ------------------------------------------------------------ the file
def test_a_saved_brief_stands_alone_and_is_marked_at_head_and_foot() -> None:
    brief = a_brief()
    text = a_file(brief, body_of(brief)).html()
    seen = Seen(text)
    assert not {"script", "link", "form", "button"} & set(seen.tags)
    assert all(one.startswith("data:image/png") for one in seen.leads)
    assert text.count('<p class="marking"') == 2
    assert "EXERCISE · TLP:AMBER · SENSITIVE · owner NTF: Depots</title>" in text
    assert digest(question_of(brief.order)) in text


def test_the_address_of_a_brief_opens_it_again() -> None:
    order = a_brief().order
    given = address_of(order)
    assert given.startswith(f"/brief?kept={UUID(int=9)}")
    assert "selection=" not in given
    assert "selection=box" in address_of(replace(order, area=None))


def test_a_place_of_many_corners_is_named_by_its_hash() -> None:
    long = Selection.parse("|".join(f"box:{west}.125,28.125,{west + 1}.125,29.125" for west in range(-120, -100)))
    question = question_of(BriefOrder(State(selection=long), long))
    assert len(question["selection"]) < 500
    assert re.fullmatch("[0-9a-f]{64}", question["selection_sha256"])


def test_the_link_beside_a_selection_holds_no_markup() -> None:
    seen = Seen(brief_link(State(selection=PLACE, period=QUARTER)))
    assert seen.tags == ["a"]
    assert "since=2026-07-01&until=2026-09-23" in seen.leads[0]


def test_the_map_shows_a_little_more_than_the_place_also_over_the_antimeridian() -> None:
    around = _around(BBox(179.0, -20.0, -179.0, -18.0))
    assert around.west < 179.0 < around.west + around.width - 2.0
    assert (around.east, around.south) == pytest.approx((-178.88, -20.12))
    assert _around(BBox(-180.0, -90.0, 180.0, 90.0)).width == 360


def test_the_map_of_everywhere_shows_the_world_once_and_whole() -> None:
    window = _window(_around(BBox(-180.0, -90.0, 180.0, 90.0)))
    assert window.around == pytest.approx(window.width)
    assert (window.width, window.height) == (SIZE[0], SIZE[0])
    (left, top), (right, bottom) = zip(*window.to_pixels([-180.0, 180.0], [84.9, -84.9]), strict=True)
    assert 0 <= left < right <= window.width + 1
    assert 0 <= top < bottom <= window.height
    assert _window(_around(BBox(-120.0, 30.0, -110.0, 35.0))).height == SIZE[1]


def test_the_question_of_everywhere_has_no_in_before_it() -> None:
    everywhere = Selection.parse("box:-180,-90,180,90")
    assert place_in_words(everywhere.words) == "everywhere"
    assert place_in_words("A box") == "in a box"
