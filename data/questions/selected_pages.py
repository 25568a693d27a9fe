"""The records of a selection as a table: sorted and looked through in memory, a page of them read in full."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import label_titles
from watchfloor.data.questions.provenance import Writing, writing
from watchfloor.data.questions.records import event_record, rows_of
from watchfloor.data.questions.selected import Selected
from watchfloor.data.questions.selected_evidence import owners
from watchfloor.data.statements import asked
from watchfloor.geo.evidence import Column, Page, Paging, Row
from watchfloor.geo.selection_reach import Standing

type Connection = psycopg.Connection[TupleRow]
type Order = NDArray[np.int64]

_NEED_TEXTS = {Column.WHAT, Column.PLACE}


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Titles and places of the records of a selection, in their order, in small letters."""

    titles: "list[str]"
    places: "list[str]"

    @property
    def held_bytes(self) -> int:
        """What a cache is to count."""
        return sum(map(len, self.titles)) + sum(map(len, self.places)) + 120 * len(self.titles)


def needs_texts(paging: Paging) -> bool:
    """Whether a page can only be found by reading titles and places of all records."""
    return bool(paging.text.strip()) or paging.sort in _NEED_TEXTS


def texts_of(connection: Connection, found: Selected, known_at: datetime | None) -> Texts:
    """Titles and places of all records of a selection."""
    given = {"ids": found.ids(), "known_at": known_at}
    with connection.cursor(binary=True) as cursor:
        row = cursor.execute(asked("selected_texts", given), given).fetchone()
    assert row is not None
    ids, titles, places = (bytes(part or b"") for part in row)
    halves = np.frombuffer(ids, ">u8").astype(np.uint64)
    # no text of the database holds a zero byte
    read = {
        (first, second): (title, place)
        for first, second, title, place in zip(
            halves[::2].tolist(), halves[1::2].tolist(), _parts(titles), _parts(places), strict=True
        )
    }
    pairs = [read.get(key, ("", "")) for key in zip(found.id.tolist(), found.id_rest.tolist(), strict=True)]
    return Texts([title for title, _ in pairs], [place for _, place in pairs])


def page_of(connection: Connection, found: Selected, texts: Texts | None, paging: Paging, known_at: Any) -> Page:
    """Rows of the table. texts: of all records, where the paging needs them."""
    titles = label_titles(connection)
    order = _sorted(found, texts, paging, titles)
    shown = order[paging.offset : paging.offset + paging.limit]
    rows = {
        row.id: row for row in rows_of(connection, "selected_rows", {"ids": found.ids(shown), "known_at": known_at})
    }
    written = writing(connection, (row.run_id for row in rows.values()))
    owner = owners(connection, np.unique(found.label[shown]).tolist())
    may = found.standing[shown] == Standing.MAY
    told = [
        _row(rows[key], written, owner, is_may=bool(one))
        for key, one in zip(found.ids(shown), may, strict=True)
        if key in rows
    ]
    return Page(tuple(told), paging.offset, int(order.size))


def _parts(joined: bytes) -> list[str]:
    return [part.decode().lower() for part in joined.split(b"\0")[:-1]]


def _sorted(found: Selected, texts: Texts | None, paging: Paging, titles: dict[int, str]) -> Order:
    kept = _holding(found, texts, paging.text, titles)
    key = _keys(found, texts, paging.sort, titles)[kept]
    # the newest first among equals
    order = np.argsort(key, kind="stable")
    if paging.is_descending:
        order = kept.size - 1 - np.argsort(key[::-1], kind="stable")[::-1]
    # what surely lies there first, whatever the order: what may would else lead a list of the largest
    may = ~found.is_in[kept[order]]
    return np.asarray(kept[order][np.argsort(may, kind="stable")])


def _keys(found: Selected, texts: Texts | None, sort: Column, titles: dict[int, str]) -> NDArray[Any]:
    match sort:
        case Column.AMOUNT:
            return found.kilograms
        case Column.PRECISION:
            return np.nan_to_num(found.uncertainty_m, nan=np.inf)
        case Column.LABEL:
            return _ranks(titles)[found.label]
        case Column.GRADING:
            return found.reliability * 10 + found.validity
        case Column.WHAT | Column.PLACE if texts is not None:
            read = texts.titles if sort is Column.WHAT else texts.places
            return pl.Series(read, dtype=pl.String).rank("dense").to_numpy()
        case _:
            return found.starts


def _ranks(titles: dict[int, str]) -> NDArray[np.int64]:
    ranks = np.zeros(max(titles, default=0) + 1, np.int64)
    for rank, number in enumerate(sorted(titles, key=lambda one: titles[one])):
        ranks[number] = rank
    return ranks


def _holding(found: Selected, texts: Texts | None, text: str, titles: dict[int, str]) -> Order:
    """Which records hold each word in title, place or label."""
    kept = pl.Series(np.ones(found.id.size, np.bool_))
    if texts is None or not text.strip():
        return np.flatnonzero(kept.to_numpy())
    columns = [pl.Series(texts.titles, dtype=pl.String), pl.Series(texts.places, dtype=pl.String)]
    for word in text.lower().split():
        in_label = [number for number, title in titles.items() if word in title.lower()]
        holds = pl.Series(np.isin(found.label, in_label))
        for column in columns:
            holds = holds | column.str.contains(word, literal=True)
        kept = kept & holds
    return np.flatnonzero(kept.to_numpy())


def _row(row: Any, written: Writing, owner: dict[int, tuple[str, str, str]], *, is_may: bool) -> Row:
    cases = zip(row.case_ids or (), row.case_numbers or (), row.case_labels or (), strict=True)
    return Row(
        record=event_record(row, written),
        kilograms=float(row.kilograms or 0),
        lon=row.lon,
        lat=row.lat,
        uncertainty_m=row.uncertainty_m,
        may=is_may,
        holder=owner[row.label_id][0] if row.label_id in owner else "",
        cases=tuple((key, number, written.titles[label]) for key, number, label in cases),
    )
