"""Strategy: a reader of columns that writes down what it was asked for; what it would read is the truth."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.facet_shelf import FacetShelf
from watchfloor.data.questions.facet_columns import FacetColumns
from watchfloor.data.questions.facet_reading import microseconds
from watchfloor.data.questions.facet_texts import FacetTexts
from watchfloor.data.versions import Versions
from watchfloor.geo.coverings import Covering
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

DAYS = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 1), date(2024, 2, 29), date(2024, 2, 29), date(2025, 7, 1)]
WORDS = ["boat", "car", "", "boat", "train", "car"]
SOME = Covering(np.array([1], np.int64), np.array([3], np.int64), np.array([5], np.int64))
FIRST = Versions({("seizures", 1, year): 1 for year in range(2022, 2026)})
ALL = Query(Layer.SEIZURES, Period(date(2022, 1, 1), date(2026, 1, 1)))


class Told:
    """Reads the seizures of DAYS; each has as many items as its place in the list."""

    def __init__(self) -> None:
        self.periods: list[Period] = []

    def __call__(self, query: Query) -> FacetColumns:
        self.periods.append(query.period)
        at = [n for n, day in enumerate(DAYS) if query.period.since <= day < query.period.until]
        words = sorted({WORDS[n] for n in at})
        row = np.repeat(np.arange(len(at)), at).astype(np.int32)
        return FacetColumns(
            id=np.array(at, np.uint64),
            id_rest=np.array(at, np.uint64) + np.uint64(100),
            starts=np.array([microseconds(DAYS[n]) for n in at], np.int64),
            cell_key=np.array(at, np.int64),
            codes={
                "conveyances": np.array([words.index(WORDS[n]) for n in at], np.int16),
                "concealments": np.zeros(len(at), np.int16),
                "label": np.array(at, np.int16),
            },
            words={"conveyances": words, "concealments": [""] if at else []},
            row=row,
            substance=np.array([at[one] for one in row], np.int16),
            kilograms=np.array([at[one] for one in row], np.float64),
        )


def said(columns: FacetColumns) -> list[tuple[int, int, str, int, list[float]]]:
    words = [columns.words["conveyances"][code] for code in columns.codes["conveyances"]]
    taken = [columns.kilograms[columns.row == n].tolist() for n in range(columns.n)]
    rows = zip(columns.id, columns.id_rest, words, columns.codes["label"], taken, strict=True)
    return sorted((int(a), int(b), word, int(label), kg) for a, b, word, label, kg in rows)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 900)), min_size=1, max_size=6))
def test_any_period_after_any_others_is_what_would_be_read(asked: list[tuple[int, int]]) -> None:
    shelf, read = FacetShelf(), Told()
    for first, days in asked:
        since = date(2022, 1, 1) + timedelta(days=first)
        query = replace(ALL, period=Period(since, since + timedelta(days=days)))
        found = shelf.columns("scope", FIRST, query, read)
        assert said(found) == said(Told()(query))
        assert found.reached(SOME).tolist() == SOME.holds(found.cell_key).tolist()


class Counting:
    """A covering that writes down how many keys it looked up."""

    def __init__(self) -> None:
        self.looked_up = 0

    def holds(self, keys: np.ndarray) -> np.ndarray:
        self.looked_up += keys.size
        return SOME.holds(keys)


def test_what_is_reached_in_a_year_is_worked_out_once_for_all_periods() -> None:
    shelf, read, counting = FacetShelf(), Told(), Counting()
    for until in (date(2026, 1, 1), date(2025, 12, 1), date(2025, 3, 1)):
        found = shelf.columns("scope", FIRST, replace(ALL, period=Period(ALL.period.since, until)), read)
        found.reached(cast("Covering", counting))
    assert counting.looked_up == len(DAYS)


def test_years_at_hand_are_not_read_again_and_missing_ones_at_once() -> None:
    shelf, read = FacetShelf(), Told()
    shelf.columns("scope", FIRST, replace(ALL, period=Period(date(2023, 5, 1), date(2023, 5, 2))), read)
    shelf.columns("scope", FIRST, ALL, read)
    shelf.columns("scope", FIRST, replace(ALL, period=Period(date(2022, 3, 1), date(2025, 9, 1))), read)
    assert [str(one) for one in read.periods] == [
        "2023-01-01 to 2023-12-31",
        "2022-01-01 to 2022-12-31",
        "2024-01-01 to 2025-12-31",
    ]


def test_a_year_that_changed_is_read_again_and_no_other() -> None:
    shelf, read = FacetShelf(), Told()
    shelf.columns("scope", FIRST, ALL, read)
    shelf.columns("scope", Versions(FIRST.latest | {("seizures", 1, 2024): 2}), ALL, read)
    assert [one.since.year for one in read.periods] == [2022, 2024]
    assert read.periods[1].days == 366


def test_who_may_see_something_else_is_read_for() -> None:
    shelf, read = FacetShelf(), Told()
    shelf.columns("scope", FIRST, ALL, read)
    shelf.columns("another", FIRST, ALL, read)
    assert len(read.periods) == 2


def test_what_was_known_earlier_is_read_each_time() -> None:
    shelf, read = FacetShelf(), Told()
    earlier = replace(ALL, known_at=datetime(2026, 1, 1, tzinfo=UTC))
    shelf.columns("scope", FIRST, earlier, read)
    shelf.columns("scope", FIRST, earlier, read)
    assert [one.days for one in read.periods] == [ALL.period.days] * 2


def test_ids_are_met_by_both_halves() -> None:
    columns = Told()(ALL)
    first, rest = np.array([1, 2, 9], np.uint64), np.array([101, 7, 109], np.uint64)
    assert columns.among(first, rest).tolist() == [False, True, False, False, False, False]


def test_a_covering_is_looked_up_once() -> None:
    columns = Told()(ALL)
    assert columns.reached(SOME) is columns.reached(SOME)
    assert columns.reached(SOME).tolist() == [False, True, True, True, False, True]


# ------------------------------------------------------------ texts
def texts_of(query: Query) -> FacetTexts:
    at = [n for n, day in enumerate(DAYS) if query.period.since <= day < query.period.until]
    written = "".join(f"seizure {n} {WORDS[n]} é\x00" for n in at).encode()
    ids = np.array(at, np.uint64)
    return FacetTexts.packing(ids, ids + np.uint64(100), written)


def test_any_word_is_found_in_kept_texts_and_all_of_them_must_be() -> None:
    texts = texts_of(ALL)
    found = [texts.saying(words)[0].tolist() for words in (["boat"], ["boat", "0"], ["é"], [" 4 "], ["absent"], [])]
    assert found == [[0, 3], [0], [0, 1, 2, 3, 4, 5], [4], [], [0, 1, 2, 3, 4, 5]]
    assert texts.saying(["boat"])[1].tolist() == [100, 103]
    assert texts_of(replace(ALL, period=Period(date(1999, 1, 1), date(1999, 1, 2)))).saying(["boat"])[0].size == 0


def test_texts_are_read_year_by_year_and_only_what_changed_again() -> None:
    shelf, asked = FacetShelf(), list[Period]()

    def read(query: Query) -> FacetTexts:
        asked.append(query.period)
        return texts_of(query)

    for versions in (FIRST, FIRST, Versions(FIRST.latest | {("seizures", 1, 2024): 2})):
        kept = shelf.texts("scope", versions, ALL, read)
        assert kept is not None
        assert [int(n) for one in kept for n in one.saying(["car"])[0]] == [1, 5]
    assert [one.since.year for one in asked] == [2022, 2023, 2024, 2025, 2024]
    assert shelf.texts("scope", FIRST, replace(ALL, known_at=datetime(2026, 1, 1, tzinfo=UTC)), read) is None
