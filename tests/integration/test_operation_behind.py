"""Two clicks from a planned operation to its case; what a reader may not see is not there."""

import uuid
from collections.abc import Iterator
from datetime import date

import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind

QUERY = Query(Layer.OPERATIONS, Period(date(2021, 6, 30), date(2026, 7, 1)))


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


def asker(exercise, account: str) -> Asker:
    return Asker(Gate(exercise).issue(account, Terms()), uuid.uuid4())


def spot(operation: uuid.UUID) -> Spot:
    return Spot(SpotKind.OPERATION, str(operation))


def test_an_operation_leads_to_its_case_and_tells_whom_to_call(exercise, repository) -> None:
    lead = asker(exercise, "ntf.lead")
    planned = repository.operations(lead, QUERY)
    behind = {one.id: repository.behind(lead, QUERY, spot(one.id)) for one in planned}
    assert any(found.cases for found in behind.values())
    for one in planned:
        assert behind[one.id].title == one.title
        assert one.status in {found.status for found in behind[one.id].deconfliction}
    for found in behind.values():
        for case in found.cases:
            page = repository.case(lead, case.id)
            assert page is not None


def test_an_operation_of_others_is_no_operation(exercise, repository) -> None:
    lead, other = (asker(exercise, account) for account in ("ntf.lead", "cgd.analyst"))
    hidden = {one.id for one in repository.operations(lead, QUERY)} - {
        one.id for one in repository.operations(other, QUERY)
    }
    assert hidden
    with pytest.raises(BadQuestion, match="no such operation"):
        repository.behind(other, QUERY, spot(hidden.pop()))


@pytest.mark.parametrize("name", ["", "' OR 1=1 --", str(uuid.UUID(int=9))])
def test_a_name_of_nothing_is_a_bad_question(exercise, repository, name: str) -> None:
    with pytest.raises(BadQuestion, match="no such operation"):
        repository.behind(asker(exercise, "ntf.lead"), QUERY, Spot(SpotKind.OPERATION, name))
