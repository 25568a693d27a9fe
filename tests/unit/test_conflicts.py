"""The same conflict stands once, with its records; what only looks alike stays apart."""

from uuid import UUID

from watchfloor.data.questions.conflicts import of_each_overlap, of_each_record
from watchfloor.geo.answers import Linked

CALL = "Coast Guard +1 305-555-0120"


def notice(number: int, how: str, status: str = "conflict", **more: str) -> Linked:
    given = {"kind": "entity", "name": "Ana", "label": "TLP:AMBER", "call": CALL} | more
    return Linked(id=UUID(int=number), how=how, status=status, **given)


def test_a_record_with_two_overlaps_with_one_agency_stands_once_with_the_gravest() -> None:
    (one,) = of_each_record([notice(1, "same phone", "possible"), notice(1, "same target"), notice(1, "same target")])
    assert (one.status, one.how) == ("conflict", "same phone · same target")


def test_another_agency_or_another_marking_is_another_notice() -> None:
    told = [notice(1, "same target"), notice(1, "same target", call="Other"), notice(1, "same target", label="TLP:RED")]
    assert of_each_record(told) == tuple(told)


def test_operations_of_one_name_and_overlap_stand_once_and_say_how_many_they_are() -> None:
    told = [notice(number, "near in place and time", kind="operation", name="Tidal") for number in (1, 2)]
    (one,) = of_each_overlap(told)
    assert one.how == "near in place and time · 2 records"


def test_persons_of_one_name_stay_apart() -> None:
    assert len(of_each_overlap([notice(1, "same target"), notice(2, "same target")])) == 2
