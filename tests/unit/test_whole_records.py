"""Records digested with all that belongs to them before they are staged, as the database would do it."""

from hashlib import md5

import polars as pl

from watchfloor.data.ingest.fact_tables import FACTS
from watchfloor.data.ingest.whole_records import MOST_KEPT, ONLY_CHILD, Wholeness, contents, is_whole

A, B, X, Y = (bytes([n]) * 16 for n in range(4))


def test_a_record_says_what_belongs_to_it_once_and_in_order() -> None:
    found = contents([A, B], [X, Y], [A, A, A], [Y, X, Y]).to_list()
    assert found == [md5(X + b"|" + X + Y).digest(), md5(Y + b"|").digest()]


def test_one_row_to_each_record_says_the_same_as_several_would() -> None:
    assert contents([A], [X], [A], [Y])[0] == contents([A], [X], [A, A], [Y, Y])[0]


def test_what_belongs_to_a_record_of_another_batch_is_not_whole() -> None:
    items = pl.DataFrame({"event_key": ["a", "b"], "substance_id": [1, 1]})
    assert is_whole([A, B], [A, B], ONLY_CHILD["events"], items)
    assert not is_whole([A], [A, B], ONLY_CHILD["events"], items)


def test_two_amounts_of_one_substance_at_one_event_are_left_to_be_merged() -> None:
    items = pl.DataFrame({"event_key": ["a", "a"], "substance_id": [1, 1]})
    assert not is_whole([A], [A, A], ONLY_CHILD["events"], items)


def test_a_record_that_stands_twice_in_one_file_is_found_over_batches() -> None:
    whole = Wholeness()
    whole.note("events", [A], 0)
    whole.note("events", [A], 1)
    assert whole.holds("events")
    whole.note("events", [B, A], 0)
    assert not whole.holds("events")


def test_records_without_an_id_and_too_many_are_left_to_the_database() -> None:
    unnamed, many = Wholeness(), Wholeness()
    unnamed.note("links", [None], 0)
    many.note("links", [A] * (MOST_KEPT + 1), 0)
    assert not unnamed.holds("links")
    assert not many.holds("links")


def test_facts_with_several_kinds_of_rows_are_left_to_the_database() -> None:
    assert set(ONLY_CHILD) == {fact.frame for fact in FACTS if len(fact.children) == 1}
    assert "cases" not in ONLY_CHILD
