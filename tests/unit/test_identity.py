"""Whether two records are of one object: exact agreement joins, a lifelong number that differs parts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.identifiers import ExactIdentifier, exact_identifier, identity_key
from watchfloor.geo.identity import Bearer, Relation, contested, relation, spans

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def exact(scheme: str, value: str) -> ExactIdentifier:
    found = exact_identifier(scheme, value)
    assert found is not None
    return found


MMSI, PHONE = exact("mmsi", "366999712"), exact("phone", "+15205550142")
IMO, OTHER = exact("imo", "9074729"), exact("imo", "9319466")


def days(first: int, last: int) -> tuple[datetime, datetime]:
    return NOON + timedelta(days=first), NOON + timedelta(days=last)


def bearer(**spans_of: tuple[int, int] | None) -> Bearer:
    named = {"mmsi": MMSI, "phone": PHONE, "imo": IMO, "other": OTHER}
    return Bearer({named[name]: days(*span) if span else (None, None) for name, span in spans_of.items()})


def test_what_is_borne_by_both_joins() -> None:
    assert relation(bearer(mmsi=None, imo=None), bearer(mmsi=None)) == (Relation.SAME, (MMSI,))


def test_nothing_shared_joins_nothing() -> None:
    assert relation(bearer(mmsi=None), bearer(phone=None)) == (Relation.NONE, ())


def test_two_ships_with_one_number_at_one_time_are_in_conflict() -> None:
    assert relation(bearer(mmsi=(0, 5), imo=None), bearer(mmsi=(4, 9), other=None))[0] is Relation.CONFLICT


def test_two_ships_with_one_number_one_after_the_other_had_it_passed_on() -> None:
    assert relation(bearer(mmsi=(0, 5), imo=None), bearer(mmsi=(5, 9), other=None))[0] is Relation.PASSED_ON


def test_a_record_with_two_lifelong_numbers_at_once_is_contested() -> None:
    assert contested(bearer(imo=(0, 5), other=(3, 9))) == (IMO, OTHER)
    assert contested(bearer(imo=(0, 3), other=(3, 9))) == ()
    assert contested(bearer(imo=(0, 3))) == ()


def test_what_is_said_several_times_holds_from_the_first_until_the_last() -> None:
    assert spans([(IMO, days(0, 1)), (IMO, days(5, 9))]).bears == {IMO: days(0, 9)}
    assert spans([(IMO, days(0, 1)), (IMO, (None, NOON))]).bears[IMO] == (None, days(0, 1)[1])


SPAN = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair)))
BEARER = st.dictionaries(st.sampled_from(["mmsi", "phone", "imo", "other"]), st.none() | SPAN).map(
    lambda said: bearer(**said)
)


@given(BEARER, BEARER)
def test_a_relation_is_the_same_from_either_side(one: Bearer, other: Bearer) -> None:
    assert relation(one, other) == relation(other, one)


@given(BEARER)
def test_whoever_bears_anything_is_the_same_as_itself(one: Bearer) -> None:
    assert relation(one, one)[0] is (Relation.SAME if one.bears else Relation.NONE)


def test_a_key_is_that_of_the_identifier_and_of_its_world_alone() -> None:
    assert identity_key(exact("imo", "IMO 9074729")) == identity_key(IMO) != identity_key(OTHER)
    assert identity_key(exact("plate (Arizona)", "ABC 123")) == identity_key(exact("plate (US-AZ)", "abc123"))
    assert identity_key(exact("plate (Arizona)", "ABC 123")) != identity_key(exact("plate (Sonora)", "ABC 123"))
    assert identity_key(PHONE) != identity_key(PHONE, is_invented=True)


def test_a_key_stays_what_it_is_over_versions_of_the_program() -> None:
    assert str(identity_key(IMO)) == "12b5010e-31c8-5225-a084-9de35dfdf30a"


def test_numbers_of_the_exercise_world_are_none_of_the_real_one() -> None:
    for scheme, value in (("mmsi", "799000001"), ("imo", "9900017"), ("plate", "EX-ABC 123")):
        assert exact_identifier(scheme, value) is None
        assert exact_identifier(scheme, value, is_invented=True) is not None
    for scheme, value in (("mmsi", "366999712"), ("imo", "9074729")):
        assert exact_identifier(scheme, value, is_invented=True) is None
