"""A record's page tells conflicts of what it is directly linked to: those that its reader may see, and no others."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository

# who is linked to a person with a notice of conflict that bears this agency's strict label
LINKED = """
    SELECT DISTINCT i.entity_id, d.subject_id, d.overlap
    FROM watchfloor.deconfliction AS d
    JOIN watchfloor.label AS b ON b.id = d.label_id
    JOIN watchfloor.agency AS a ON a.id = b.owner_id AND a.code = %s
    JOIN watchfloor.link AS l ON d.subject_id IN (l.from_id, l.to_id)
    JOIN watchfloor.identifier AS i ON i.entity_id IN (l.from_id, l.to_id) AND i.entity_id <> d.subject_id
    WHERE d.status = 'conflict'
    ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


def asker(exercise, account: str) -> Asker:
    return Asker(Gate(exercise).issue(account, Terms()), uuid.uuid4())


def linked(exercise, agency: str) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as owner:
        return [(a, b, overlap) for a, b, overlap in owner.execute(LINKED, [agency]).fetchall()]


def test_a_conflict_one_link_away_is_on_the_page_with_whom_to_call(exercise, repository) -> None:
    lead = asker(exercise, "ntf.lead")
    pages = ((repository.entity(lead, one), other) for one, other, _ in linked(exercise, "NTF"))
    seen = [(page, other) for page, other in pages if page and other in {row.id for row in page.linked}]
    assert seen
    for page, other in seen[:20]:
        near = [row for row in page.near if row.id == other]
        assert {row.status for row in near} >= {"conflict"}
        assert all(row.call and row.kind == "linked entity" for row in near)
        assert {row.id for row in page.near} <= {row.id for row in page.linked}


def test_a_notice_of_another_agency_shows_on_no_linked_page(exercise, repository) -> None:
    reader = asker(exercise, "cgd.analyst")
    own = {(one, other) for one, other, _ in linked(exercise, "CGD")}
    foreign = [pair for pair in linked(exercise, "NTF") if pair[:2] not in own]
    assert foreign
    for one, other, _ in foreign[:40]:
        page = repository.entity(reader, one)
        assert page is None or all(row.id != other or row.status != "conflict" for row in page.near)
