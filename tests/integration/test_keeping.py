"""Pages write what people keep: in the writer's own name, under labels that the writer may see, and nothing else."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.kept import About, Draft, Handed, KeptKind
from watchfloor.geo.kept_drafts import (
    Sent,
    area_draft,
    member_draft,
    note_draft,
    selection_draft,
    task_draft,
    view_draft,
)
from watchfloor.geo.scope import PrincipalKind, Tlp

from .case_rows import case

BEGIN = "SELECT * FROM watchfloor.begin_scope(%s, 'keep', '{}', gen_random_uuid())"
ADD = (
    "INSERT INTO watchfloor.kept (id, version, kind, is_private, name, body, label_id) "
    "VALUES (%s, %s, 'note', false, 'n', '{}', %s)"
)
END = "UPDATE watchfloor.kept SET recorded_to = now(), ended_by = watchfloor.asker() WHERE id = %s"
DENIED = psycopg.errors.InsufficientPrivilege


@dataclass(frozen=True, slots=True)
class Desk:
    """A store with two agencies: ana and abe of A, bob of B; a label of A alone, one of A for B, and a case of each."""

    store: object
    repository: Repository
    ana: Asker
    abe: Asker
    bob: Asker
    wall: Asker
    own: int
    shared: int
    foreign: int
    case: About
    common: About

    def rows(self, question: str) -> list[tuple]:
        with psycopg.connect(self.store.conninfo(Role.OWNER)) as owner:
            return owner.execute(question.encode()).fetchall()


@pytest.fixture
def desk(store, people) -> Iterator[Desk]:
    people.label(PUBLIC)
    own, shared, foreign = (
        people.label(spec)
        for spec in (
            LabelSpec("A", Tlp.AMBER_STRICT),
            LabelSpec("A", Tlp.AMBER, releasable_to=frozenset({"B"})),
            LabelSpec("B", Tlp.AMBER_STRICT),
        )
    )
    tokens = [people.account("ana", "A"), people.account("abe", "A"), people.account("bob", "B")]
    tokens.append(people.account("wall", "A", kind=PrincipalKind.WALL))
    with Repository(store) as repository:
        askers = [Asker(token, uuid.uuid4()) for token in tokens]
        cases = [case(store, label) for label in (own, shared)]
        yield Desk(store, repository, *askers, own, shared, foreign, *cases)


# ---------------------------------------------------------------- by the repository
def test_what_one_keeps_others_see_who_see_its_label(desk: Desk) -> None:
    area = area_draft("Strait", Area.parse("poly:179,-1;181,-1;181,1;179,1"), desk.own)
    common = area_draft("Sound", Area.parse("box:-82,24,-80,26"), desk.shared)
    desk.repository.keep(desk.ana, area)
    desk.repository.keep(desk.ana, common)

    def names(asker: Asker) -> list[str]:
        return [one.name for one in desk.repository.kept(asker, [KeptKind.AREA])]

    assert names(desk.ana) == names(desk.abe) == ["Sound", "Strait"]
    assert names(desk.bob) == ["Sound"]
    seen = desk.repository.kept(desk.abe, [KeptKind.AREA])[1]
    assert (seen.author, seen.is_own, seen.area.bbox.crosses_antimeridian) == ("ana", False, True)
    assert (seen.people["ana"].agency, bool(seen.people["ana"].name)) == ("A", True)


def test_what_is_private_is_its_authors_alone_until_it_is_shared(desk: Desk) -> None:
    draft = view_draft("Mine", {"zoom": "4"}, desk.shared)
    kept = desk.repository.keep(desk.ana, draft)
    assert [desk.repository.kept(asker) for asker in (desk.abe, desk.bob)] == [(), ()]

    desk.repository.amend(desk.ana, kept.id, kept.version, replace(draft, is_private=False))

    (shared,) = desk.repository.kept(desk.bob)
    assert (shared.version, shared.author, shared.begun_by) == (2, "ana", "ana")
    assert desk.rows("SELECT version, is_private, recorded_to = 'infinity' FROM watchfloor.kept ORDER BY 1") == [
        (1, True, False),
        (2, False, True),
    ]


def test_only_its_author_changes_or_removes_a_note(desk: Desk) -> None:
    kept = desk.repository.keep(desk.ana, note_draft("Said", desk.shared, desk.common))

    for other in (desk.abe, desk.bob):
        with pytest.raises(Refused, match="only ana may change"):
            desk.repository.amend(other, kept.id, 1, note_draft("Forged", desk.shared, desk.common))
        with pytest.raises(Refused, match="only ana may change"):
            desk.repository.remove(other, kept.id, 1)
    desk.repository.remove(desk.ana, kept.id, 1)

    assert desk.repository.kept(desk.ana) == ()
    assert desk.rows("SELECT name, ended_by FROM watchfloor.kept") == [("Said", "ana")]


def test_who_works_on_a_case_is_changed_and_taken_off_by_whoever_may_see_it(desk: Desk) -> None:
    def officer(telephone: str, label: int = desk.shared) -> Draft:
        return member_draft("Ida Roe", label, desk.common, agency="A", role="analyst", telephone=telephone)

    kept = desk.repository.keep(desk.ana, officer(""))
    changed = desk.repository.amend(desk.bob, kept.id, 1, officer("+1 555 0100"))
    assert (changed.version, changed.author, changed.body["telephone"]) == (2, "bob", "+1 555 0100")
    desk.repository.remove(desk.abe, kept.id, 2)
    assert desk.repository.kept(desk.ana, (KeptKind.MEMBER,), desk.common) == ()
    assert desk.rows("SELECT version, ended_by FROM watchfloor.kept ORDER BY version") == [(1, "bob"), (2, "abe")]
    # under a label of A alone B neither sees nor ends it, and a wall adds nobody
    own = desk.repository.keep(desk.ana, officer("", desk.own))
    with pytest.raises(BadQuestion):
        desk.repository.remove(desk.bob, own.id, 1)
    with pytest.raises(Refused):
        desk.repository.keep(desk.wall, officer(""))


def test_a_task_is_done_by_whoever_may_see_it(desk: Desk) -> None:
    kept = desk.repository.keep(desk.ana, task_draft("Call B", desk.shared, desk.common))

    done = desk.repository.amend(desk.bob, kept.id, 1, task_draft("Call B", desk.shared, desk.common, is_done=True))

    assert (done.author, done.begun_by, done.body["done"]) == ("bob", "ana", True)
    assert done.begun_at == kept.begun_at < done.at


def test_a_change_of_what_was_changed_meanwhile_is_told(desk: Desk) -> None:
    kept = desk.repository.keep(desk.ana, task_draft("Call", desk.shared, desk.common))
    desk.repository.amend(desk.abe, kept.id, 1, task_draft("Call now", desk.shared, desk.common))

    with pytest.raises(BadQuestion, match="meanwhile"):
        desk.repository.amend(desk.bob, kept.id, 1, task_draft("Call later", desk.shared, desk.common))
    with pytest.raises(BadQuestion, match="meanwhile"):
        desk.repository.remove(desk.bob, kept.id, 1)
    assert desk.repository.kept(desk.ana)[0].text == "Call now"


def test_what_is_kept_about_a_record_is_for_who_sees_that_record(desk: Desk) -> None:
    desk.repository.keep(desk.ana, note_draft("Of a case of A", desk.shared, desk.case))

    assert len(desk.repository.kept(desk.ana, about=desk.case)) == 1
    assert desk.repository.kept(desk.bob) == desk.repository.kept(desk.bob, about=desk.case) == ()


@pytest.mark.parametrize("unknown", [False, True])
def test_a_label_or_record_that_the_writer_does_not_see_is_refused_like_one_that_is_not(
    desk: Desk, unknown: bool
) -> None:
    label = 9_999 if unknown else desk.own
    about = About.case(uuid.uuid4()) if unknown else desk.case

    said = []
    for draft in (note_draft("n", label, desk.common), note_draft("n", desk.shared, about)):
        with pytest.raises(Refused) as told:
            desk.repository.keep(desk.bob, draft)
        said.append(str(told.value))
    assert said == ["it was not kept: the label or the record is not there, or not yours to see"] * 2
    assert desk.rows("SELECT * FROM watchfloor.kept") == []


def test_walls_and_the_public_keep_nothing(desk: Desk) -> None:
    public = Asker(Gate(desk.store).issue("public", Terms()), uuid.uuid4())
    for asker in (desk.wall, public):
        with pytest.raises(Refused, match="for persons"):
            desk.repository.keep(asker, view_draft("v", {}, 1))
        assert desk.repository.look(asker, desk.common) is None
    assert desk.rows("SELECT * FROM watchfloor.look") == []


def test_an_attachment_is_kept_with_its_hash_and_read_by_who_sees_its_label(desk: Desk) -> None:
    content = b"<html>\x00" * 1_000
    kept = desk.repository.attach(desk.ana, desk.common, Sent("../scan.html", "text/html", content), desk.shared)
    hidden = desk.repository.attach(desk.ana, desk.common, Sent("own.bin", "", b"own"), desk.own)

    told, found = desk.repository.attachment(desk.bob, kept.id)

    assert found == content
    assert (told.name, told.body["sha256"]) == ("scan.html", hashlib.sha256(content).hexdigest())
    for asker, thing in ((desk.bob, hidden.id), (desk.bob, uuid.uuid4())):
        with pytest.raises(BadQuestion, match="not there, or not yours"):
            desk.repository.attachment(asker, thing)
    with pytest.raises(BadQuestion, match="never changed"):
        desk.repository.amend(desk.ana, kept.id, 1, note_draft("n", desk.shared, desk.common))
    with pytest.raises(BadQuestion, match="larger than 20 MB"):
        desk.repository.attach(desk.ana, desk.common, Sent("big", "", bytes(20 * 2**20 + 1)), desk.shared)


def test_a_removed_attachment_is_no_more_handed_out(desk: Desk) -> None:
    kept = desk.repository.attach(desk.ana, desk.common, Sent("a.bin", "", b"1"), desk.shared)
    desk.repository.remove(desk.ana, kept.id, 1)

    with pytest.raises(BadQuestion, match="not there"):
        desk.repository.attachment(desk.ana, kept.id)


def test_a_look_tells_when_one_last_looked_before(desk: Desk) -> None:
    assert desk.repository.look(desk.ana, desk.common) is None
    assert desk.repository.look(desk.ana, desk.common) is None, "a reload is the same look"
    with psycopg.connect(desk.store.conninfo(Role.OWNER)) as owner:
        owner.execute("UPDATE watchfloor.look SET at = at - interval '2 hours'")

    before = desk.repository.look(desk.ana, desk.common)

    assert before is not None
    assert desk.repository.look(desk.ana, desk.common) == before
    assert desk.repository.look(desk.abe, desk.common) is None
    with pytest.raises(Refused):
        desk.repository.look(desk.bob, desk.case)


def test_a_dissemination_is_recorded_and_told_to_who_sees_all_its_labels(desk: Desk) -> None:
    handed = Handed(
        {"layer": "seizures"}, "TLP:AMBER", (desk.own, desk.shared), {"shown": 3, "hidden": 1}, "csv", "a.csv",
        bytes(32), 99, "Agency B",
    )  # fmt: skip

    written = desk.repository.hand_on(desk.ana, handed)

    assert (written.who, written.agency, written.handed) == ("ana", "A", handed)
    assert desk.repository.disseminated(desk.abe) == (written,)
    assert desk.repository.disseminated(desk.bob) == ()
    with pytest.raises(Refused):
        desk.repository.hand_on(desk.bob, handed)


def test_every_write_has_its_row_in_the_audit_and_a_refused_one_leaves_nothing(desk: Desk) -> None:
    draft = note_draft("secret words", desk.shared, desk.common)
    kept = desk.repository.keep(desk.ana, draft)
    desk.repository.amend(desk.ana, kept.id, 1, note_draft("secret words again", desk.shared, desk.common))
    desk.repository.remove(desk.ana, kept.id, 2)
    with pytest.raises(Refused):
        desk.repository.keep(desk.bob, note_draft("n", desk.own, desk.common))

    told = desk.rows("SELECT question FROM sealed.audit WHERE action = 'keep' ORDER BY id")

    assert [question["act"] for (question,) in told] == ["keep", "amend", "remove"]
    assert told[0][0] == {
        "act": "keep", "kind": "note", "label": desk.shared, "private": False, "about": f"case:{desk.common.id}",
    }  # fmt: skip
    assert "secret" not in json.dumps(told)


def test_a_selection_comes_back_as_it_was_kept(desk: Desk) -> None:
    said = {"ids": ["a\u0001'\"<b>", 1, None], "area": {"x": [1.5]}}
    desk.repository.keep(desk.ana, selection_draft("S", said, desk.own))

    assert desk.repository.kept(desk.ana)[0].body["selection"] == said


# ---------------------------------------------------------------- by hand, as the login role
def app(desk: Desk, who: Asker | None) -> psycopg.Connection:
    connection = psycopg.connect(desk.store.conninfo(Role.APP))
    if who is not None:
        connection.execute(BEGIN, [who.token])
    return connection


def test_without_a_scope_nothing_is_written(desk: Desk) -> None:
    with app(desk, None) as connection, pytest.raises((DENIED, psycopg.errors.NotNullViolation)):
        connection.execute(ADD, [uuid.uuid4(), 1, desk.own])


@pytest.mark.parametrize(
    ("column", "value"), [("author", "'abe'"), ("recorded_from", "now() - interval '1 year'"), ("ended_by", "'x'")]
)
def test_author_and_moment_cannot_be_told(desk: Desk, column: str, value: str) -> None:
    forged = (
        f"INSERT INTO watchfloor.kept (id, version, kind, is_private, name, body, label_id, {column}) "
        f"VALUES (gen_random_uuid(), 1, 'note', false, 'n', '{{}}', {desk.own}, {value})"
    )
    with app(desk, desk.ana) as connection, pytest.raises(DENIED):
        connection.execute(forged.encode())


def test_a_label_that_the_writer_does_not_see_cannot_be_written(desk: Desk) -> None:
    with app(desk, desk.ana) as connection, pytest.raises(DENIED, match="row-level security"):
        connection.execute(ADD, [uuid.uuid4(), 1, desk.foreign])


@pytest.mark.parametrize("version", [1, 2])
def test_an_id_of_another_cannot_be_taken_or_followed(desk: Desk, version: int) -> None:
    mine = desk.repository.keep(desk.ana, note_draft("n", desk.shared, desk.common))
    with app(desk, desk.bob) as connection:
        assert connection.execute(END, [mine.id]).rowcount == 0
        with pytest.raises(psycopg.errors.Error, match="follows its own"):
            connection.execute(ADD, [mine.id, version, desk.shared])


def test_what_was_removed_cannot_be_taken_up_by_another_nor_opened_again(desk: Desk) -> None:
    mine = desk.repository.keep(desk.ana, note_draft("n", desk.shared, None))
    desk.repository.remove(desk.ana, mine.id, 1)
    with app(desk, desk.bob) as connection, pytest.raises(psycopg.errors.Error, match="follows its own"):
        connection.execute(ADD, [mine.id, 2, desk.shared])
    with app(desk, desk.ana) as connection:
        again = "UPDATE watchfloor.kept SET recorded_to = 'infinity'"
        assert connection.execute(again.encode()).rowcount == 0


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE watchfloor.kept SET body = '{}'",
        "UPDATE watchfloor.kept SET label_id = 1",
        "DELETE FROM watchfloor.kept",
        "UPDATE watchfloor.kept SET recorded_to = now() - interval '1 day', ended_by = watchfloor.asker()",
        "UPDATE watchfloor.kept SET recorded_to = now(), ended_by = 'bob'",
        "UPDATE watchfloor.kept_bytes SET content = 'x'",
        "DELETE FROM watchfloor.look",
        "UPDATE watchfloor.dissemination SET who = 'bob'",
        "INSERT INTO watchfloor.look (who, about_kind, about_id) VALUES ('bob', 'case', '1')",
        "INSERT INTO watchfloor.event (title) VALUES ('x')",
        "INSERT INTO sealed.audit (action) VALUES ('x')",
        "ALTER TABLE watchfloor.kept DISABLE TRIGGER follow_kept",
        "SELECT set_config('session_replication_role', 'replica', true)",
    ],
)
def test_what_stands_cannot_be_rewritten(desk: Desk, forged: str) -> None:
    desk.repository.keep(desk.ana, note_draft("n", desk.own, None))
    with app(desk, desk.ana) as connection, pytest.raises(DENIED):
        connection.execute(forged.encode())


def test_a_wall_writes_nothing_by_hand_either(desk: Desk) -> None:
    with app(desk, desk.wall) as connection, pytest.raises((DENIED, psycopg.errors.NotNullViolation)):
        connection.execute(ADD, [uuid.uuid4(), 1, desk.own])


def test_bytes_stand_under_the_label_of_their_own_attachment_with_their_true_hash(desk: Desk) -> None:
    mine = desk.repository.attach(desk.ana, desk.common, Sent("a", "", b"1"), desk.shared)
    add = "INSERT INTO watchfloor.kept_bytes (kept_id, sha256, content, label_id) VALUES (%s, %s, 'x', %s)"
    true = hashlib.sha256(b"x").digest()
    with app(desk, desk.bob) as connection, pytest.raises(DENIED):
        connection.execute(add, [mine.id, true, desk.shared])
    with app(desk, desk.ana) as connection:
        thing = uuid.uuid4()
        connection.execute(ADD.replace("'note'", "'attachment'"), [thing, 1, desk.own])
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(add, [thing, bytes(32), desk.own])


def test_the_store_bounds_what_is_kept_whatever_a_page_lets_through(desk: Desk) -> None:
    with app(desk, desk.ana) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "INSERT INTO watchfloor.kept (id, version, kind, is_private, name, body, label_id) "
            "VALUES (gen_random_uuid(), 1, 'note', false, 'n', jsonb_build_object('t', repeat('x', 300000)), %s)",
            [desk.own],
        )


def test_those_who_load_files_neither_read_nor_write_what_people_keep(desk: Desk) -> None:
    with psycopg.connect(desk.store.conninfo(Role.INTAKE)) as connection, pytest.raises(DENIED):
        connection.execute("SELECT * FROM watchfloor.kept")
