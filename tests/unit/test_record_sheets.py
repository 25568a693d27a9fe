"""Records on the panel and on pages: source, grading, precision, label and provenance, every text as text."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from watchfloor.dashboards.deconflicted import notices
from watchfloor.dashboards.entity import nearest, told_apart
from watchfloor.dashboards.marking import labels_on, strictest_of
from watchfloor.dashboards.templates import lean, modules, rendered, unbroken
from watchfloor.data.questions.taken import taken_words, written_words
from watchfloor.geo.answers import CasePage, EntityPage, InputFile, Linked, Provenance, Record, Records
from watchfloor.geo.record_facts import Called, Told, is_exercise_mark, said
from watchfloor.geo.scope import Tlp

HOSTILE = "<img src=x onerror=alert(1)>.csv"
DIGEST = "ab" * 32
PROVENANCE = Provenance(
    HOSTILE, HOSTILE, HOSTILE, 12, (InputFile(HOSTILE, DIGEST),), datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
)
RECORD = Record(
    UUID(int=1), "seizure", "Cocaine", "2026-05-01", "12.345 N, 071.234 W", "exact position", "1 kg", "Reliable",
    "Confirmed", "TLP:GREEN", HOSTILE, {}, PROVENANCE,
)  # fmt: skip


def test_a_heading_without_rows_is_left_out() -> None:
    page = EntityPage(
        RECORD.id, "event", "seizure", "Cocaine", (), (), None, None, "", "", "TLP:AMBER", "S", (), Records((), 0),
        (), (),
    )  # fmt: skip
    assert "Names and numbers" not in rendered("entity_facts.html", one=page, facts=(), known_at=None)
    called = Called("name", "Fern", "", "", "2026-01-01", "", "S", "TLP:GREEN")
    named = replace(page, history=(called,))
    assert "Names and numbers" in rendered("entity_facts.html", one=named, facts=(), known_at=None)


def test_fields_of_a_source_are_written_as_words_and_the_mark_of_an_exercise_is_known() -> None:
    assert [said(one) for one in (True, False, 7, "x", {"from": "A", "to": True})] == [
        "yes", "no", "7", "x", "from A, to yes",
    ]  # fmt: skip
    fact = Told("exercise", "yes", "S", "", None, "2026-01-01", "TLP:GREEN")
    assert is_exercise_mark(fact)
    assert not is_exercise_mark(replace(fact, value="spring"))


def test_weights_are_in_kilograms_and_the_sources_own_words_stand_beside() -> None:
    items = (
        ("Cannabis", "kg", 2.68983, "5.93 lb"),
        ("Fentanyl", "kg", 0.04, "40 g"),
        ("MDMA", "du", 30.0, "30 tablets"),
    )
    assert taken_words(items) == "Cannabis 2.69 kg; Fentanyl 40 g; MDMA 30 tablets"
    assert written_words(items) == "Cannabis 5.93 lb; Fentanyl 40 g; MDMA 30 tablets"
    assert written_words(items[1:]) == ""
    assert taken_words(((None, None, None, None),)) == ""
    assert taken_words((("Heroin", None, None, None),)) == "Heroin"
    row = replace(RECORD, amount="2.69 kg", as_written=HOSTILE)
    html = rendered("records.html", rows=(row,))
    assert 'title="As written: &lt;img' in html


def test_a_telephone_number_is_not_broken_and_stays_text() -> None:
    kept = unbroken("<b> +1 614-555-0130, or none")
    assert kept == '&lt;b&gt; <span class="wf-unbroken">+1 614-555-0130</span>, or none'


def test_a_record_tells_its_provenance_and_no_text_of_it_is_markup() -> None:
    html = rendered("records.html", rows=(RECORD,))
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;.csv") == 5
    assert f'title="SHA-256 {DIGEST}"' in html
    assert f">{DIGEST[:12]}…<" in html
    assert "2026-05-01 10:30:00Z, <span" in html
    assert ">run 12</span>" in html
    for words in ("Reliable", "Confirmed", "exact position", "TLP:GREEN", "12.345 N, 071.234 W"):
        assert words in html


def test_a_record_of_several_files_says_that_it_came_in_one_of_them() -> None:
    files = (InputFile("a.csv", DIGEST), InputFile("b.csv", DIGEST))
    html = rendered("records.html", rows=(replace(RECORD, provenance=replace(PROVENANCE, files=files)),))
    assert "<dt>One of</dt>" in html


def test_a_record_whose_run_may_not_be_seen_says_so() -> None:
    html = rendered("records.html", rows=(replace(RECORD, provenance=None),))
    assert "bears a label that you may not see" in html
    assert DIGEST[:12] not in html


def test_what_the_program_made_names_no_file() -> None:
    html = rendered("records.html", rows=(replace(RECORD, provenance=replace(PROVENANCE, files=())),))
    assert "no file: made by the program itself" in html


def test_entity_and_case_pages_tell_their_provenance() -> None:
    none: Records = Records((), 0)
    entity = EntityPage(
        UUID(int=2), "person", "person", "Ada", (), (), None, None, "Reliable", "Confirmed", "TLP:GREEN", HOSTILE,
        (), none, (), (), PROVENANCE,
    )  # fmt: skip
    case = CasePage(
        UUID(int=3), "A-1", "Lantern", "open", "", "A", "A", "2026-01-01", "", "TLP:GREEN", (), (), none, (),
        HOSTILE, PROVENANCE,
    )  # fmt: skip
    for of, one in (("entity", entity), ("case", case)):
        html = "".join(
            rendered(f"{of}_{part}.html", one=one, pole="Person", told=notices(()), facts=(), nearest=(), known_at=None)
            for part in ("head", "facts", "below")
        )
        assert "run 12" in html
        assert DIGEST in html
        assert "<img" not in html


def test_a_page_bears_the_strictest_marking_of_what_it_lists() -> None:
    strict = Linked(
        UUID(int=4), "entity", "Fern", "same target", "TLP:AMBER+STRICT · RESTRICTED · owner NTF", "conflict"
    )
    plain = replace(strict, label="TLP:GREEN · OPEN · owner NTF")
    case = CasePage(
        UUID(int=3), "A-1", "Lantern", "open", "", "A", "A", "2026-01-01", "", "TLP:AMBER", (("x", "lead"),), (plain,),
        Records((), 0), (strict,),
    )  # fmt: skip
    assert strictest_of(labels_on(case)) is Tlp.AMBER_STRICT
    assert strictest_of(labels_on(replace(case, deconfliction=()))) is Tlp.AMBER
    assert strictest_of(labels_on(replace(case, label="", records=Records((RECORD,), 1)))) is Tlp.AMBER_STRICT


def test_a_field_of_several_parts_is_written_as_words() -> None:
    html = rendered("records.html", rows=(replace(RECORD, attributes={"route": {"from": HOSTILE, "to": "B"}}),))
    assert "<dd>from &lt;img src=x onerror=alert(1)&gt;.csv, to B</dd>" in html


def notice(number: int, status: str, name: str, kind: str = "entity") -> Linked:
    return Linked(UUID(int=number), kind, name, "same target", "TLP:GREEN", status, "Harbour Watch +1-202-555-0104")


def test_a_conflict_of_a_linked_record_is_told_in_the_head_with_whom_to_call() -> None:
    told = notices((notice(1, "clear", "itself"),), (notice(2, "conflict", HOSTILE, "linked entity"),))
    assert told.head == f"conflict on {HOSTILE} (linked)"
    html = rendered("calls.html", told=told, named=False)
    assert "&lt;img src=x onerror=alert(1)&gt;.csv (linked entity)" in html
    assert 'Harbour Watch <span class="wf-unbroken">+1-202-555-0104</span>' in html


def test_a_records_own_conflict_comes_before_one_of_a_linked_record() -> None:
    assert notices((notice(1, "conflict", "itself"),), (notice(2, "conflict", "Fern"),)).head == "conflict"
    assert notices((notice(1, "possible", "itself"),), (notice(2, "conflict", "Fern"),)).head.startswith("conflict on")
    assert notices((notice(1, "clear", "itself"),)).head == "clear"


def test_deconfliction_of_an_earlier_moment_says_so_and_no_other_list_does() -> None:
    then = datetime(2026, 5, 2, tzinfo=UTC)
    told = {"rows": (notice(1, "conflict", "Fern"),), "nothing": ""}
    for what, known_at, is_said in (("deconfliction", then, True), ("near", then, True), ("cases", then, False),
                                    ("deconfliction", None, False)):  # fmt: skip
        html = rendered("linked.html", what=what, known_at=known_at, **told)
        assert ("As known at 2026-05-02 00:00Z, not now" in html) is is_said


def test_a_head_says_how_many_conflicts_it_leaves_to_the_list() -> None:
    told = notices([notice(n, "conflict", f"number {n}") for n in range(10)])
    assert "and 6 more below" in rendered("calls.html", told=told, named=True)
    assert "more below" not in rendered("calls.html", told=notices([notice(1, "conflict", "one")]), named=True)


def test_a_page_brings_its_own_scripts_and_none_that_nothing_on_it_needs() -> None:
    kept = '<script src="static/js/bokeh.min.js"></script>\n'
    dropped = '<script src="static/js/bokeh-mathjax.min.js"></script>\n<link href="/bundled/datatabulator/a.css"/>\n'
    assert lean(dropped + kept + dropped) == kept
    assert {"link_drawing.js", "link_list.js", "elements.js"} <= set(modules("link_canvas.js"))


def test_the_title_of_an_event_leads_to_its_page_at_the_same_moment() -> None:
    then = datetime(2026, 5, 2, tzinfo=UTC)
    html = rendered("records.html", rows=(RECORD,), known_at=then)
    assert f'href="/entity?id={RECORD.id}&known_at=2026-05-02T00:00:00%2B00:00"' in html.replace("&amp;", "&")
    for kind in ("overdose", "positions", "reported aggregate"):
        assert "/entity" not in rendered("records.html", rows=(replace(RECORD, kind=kind),))


def test_the_card_of_a_record_says_whom_it_leads_to_and_whom_to_call() -> None:
    person = Linked(UUID(int=7), "person", HOSTILE, "taken from", "TLP:AMBER")
    case = Linked(UUID(int=8), "case", "N-1 Ember", "1 record", "TLP:AMBER", "open", "Northern +1 202")
    one = EntityPage(
        RECORD.id, "event", "seizure", "Cocaine", (), (), None, None, "", "", "TLP:AMBER", "S", (person,),
        Records((), 0), (case,), (), holder="Coastal +1 305",
    )  # fmt: skip
    html = rendered("record_card.html", rows=[RECORD], one=one, fault="", known_at=None)
    assert f'href="/entity?id={person.id}"' in html
    assert f'href="/case?id={case.id}"' in html
    assert "Northern +1 202" in html
    assert "Coastal +1 305" in html
    assert "<img" not in html
    waits = rendered("record_card.html", rows=[RECORD], one=None, fault="The store is not there", known_at=None)
    assert "The store is not there" in waits
    assert "/case" not in waits


PHONE = EntityPage(
    RECORD.id, "object", "phone", "+1254", (("phone", "+1254"),), (), None, None, "", "", "TLP:AMBER", "S",
    (
        Linked(UUID(int=7), "phone", "+1202", "calls · 1 record", "TLP:AMBER"),
        Linked(UUID(int=8), "phone", "+1203", "calls · 1 record", "TLP:AMBER"),
        Linked(UUID(int=10), "vehicle", "EX-1", "near · 1 record", "TLP:AMBER"),
        Linked(UUID(int=9), "person", HOSTILE, "uses · 1 record", "TLP:AMBER"),
    ),
    Records((), 0), (), (),
)  # fmt: skip


def test_the_head_of_a_record_says_first_who_is_linked_to_it() -> None:
    first = nearest(PHONE)
    assert [one.name for one in first] == [HOSTILE, "+1202", "+1203"]
    told = {"one": PHONE, "pole": "Object", "known_at": None, "told": notices(()), "nearest": first}
    html = rendered("entity_head.html", **told)
    assert f'href="/entity?id={UUID(int=9)}"' in html
    assert "&lt;img" in html
    assert "(person · uses)" in html
    assert "and 1 more" in html
    assert "Object · phone" in html
    who = replace(PHONE, pole="person", kind="person")
    assert "Person · person" not in rendered("entity_head.html", **{**told, "one": who, "pole": "Person"})


def test_what_the_head_says_is_no_history_until_it_changed() -> None:
    same = Called("phone", "+1254", "", "", "2026-01-01", "", "S", "TLP:AMBER")
    others = (replace(same, value="+1999"), replace(same, since="2025-01-01"), replace(same, known_to="2026-02-01"))
    assert told_apart(replace(PHONE, history=(same, *others))) == others


def test_who_is_in_a_conflict_is_a_link_but_not_to_the_page_itself() -> None:
    other = Linked(UUID(int=9), "entity", "P", "subject of another agency's case", "TLP:AMBER", "conflict", "SBI +1")
    given = {"what": "deconfliction", "nothing": ""}
    assert f'href="/entity?id={UUID(int=9)}"' in rendered("linked.html", rows=(other,), **given)
    for own in (replace(other, id=PHONE.id), replace(other, name="entity"), replace(other, kind="operation")):
        assert "href=" not in rendered("linked.html", rows=(own,), one=PHONE, **given)
