"""Search: names with typos, in any script and order; fragments of numbers; places; coordinates: see data/sql/search.

What may not be seen does not exist: candidates come under the reader's labels, and what they are of is read under the
row policies. A score is of one record alone, so that neither order nor number tells of what is hidden.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow, namedtuple_row

from watchfloor.data.questions.linked import label_titles
from watchfloor.data.questions.sought import LEAST_LETTERS, Sought, read_sought, read_spots
from watchfloor.data.questions.sought_like import has_words_like, pieces_of
from watchfloor.data.statements import asked, statement
from watchfloor.geo.finds import MOST_COUNTED, Find, FindGroup, FindOf, Piece
from watchfloor.geo.issuers import plate_issuer
from watchfloor.geo.measures import MEASURES
from watchfloor.geo.same_places import each_place_once

FIRST_OF_GROUP, MOST_OF_GROUP = 8, 48
_NAMED_BESIDE = 2
_CANDIDATES = 200
_LOOSE_CANDIDATES = 200
# how good a find is by the rank of its text: the number or name itself, its end or beginning, a part of it
_CODE_SCORES = (100.0, 84.0, 82.0, 70.0)
_NAME_SCORES = (96.0, 86.0, 76.0, 66.0)
_LOOSE_SCORE = 60.0
_NAMED_SCHEME = 6.0
_OTHER_SCHEME = -40.0

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A text that was found, of a record that the reader may or may not see."""

    of: FindOf
    record: str
    scheme: str
    written: str
    is_code: bool
    score: float

    @property
    def order(self) -> tuple[float, int, str, str, int, str, str]:
        return (-self.score, len(self.written), self.written, self.of, len(self.record), self.record, self.scheme)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is the same for every record of one search."""

    connection: Connection
    sought: Sought
    known_at: datetime | None
    titles: Mapping[int, str]


def find(
    connection: Connection, text: str, known_at: datetime | None = None, at_most: int = FIRST_OF_GROUP
) -> tuple[Find, ...]:
    """What a text finds, the best first, at most so many of each group.

    known_at: as known at that moment; None is now. Names of places and craft are those of today.
    """
    sought = read_sought(text)
    hits, is_cut = _hits(connection, sought, known_at)
    hits.sort(key=lambda hit: hit.order)
    best: dict[tuple[FindOf, str], _Hit] = {}
    for hit in hits:
        best.setdefault((hit.of, hit.record), hit)
    asking = _Asking(connection, sought, known_at, label_titles(connection))
    found = [*_spots(text)]
    for of in _RECORDS:
        found += _read(asking, of, {record: hit for (one, record), hit in best.items() if one is of})
    return _with_linked(asking, _best_of_groups(each_place_once(found), at_most, is_cut=is_cut))


def _best_of_groups(found: Iterable[Find], at_most: int, *, is_cut: bool) -> tuple[Find, ...]:
    kept: dict[FindGroup, list[Find]] = {group: [] for group in FindGroup}
    for one in sorted(found, key=_rank):
        kept[one.group].append(one)
    first = {group: finds[:at_most] for group, finds in kept.items() if finds}
    groups = sorted(first, key=lambda group: (-first[group][0].score, list(FindGroup).index(group)))
    counted = {group: min(len(kept[group]), MOST_COUNTED + 1) for group in groups}
    return tuple(
        # coordinates are read from the text itself, all of them
        replace(one, n_in_group=counted[group], is_at_least=is_cut and group is not FindGroup.COORDINATES)
        for group in groups
        for one in first[group]
    )


def _with_linked(asking: _Asking, found: tuple[Find, ...]) -> tuple[Find, ...]:
    """Each entity with who bears it, or what it bears: the first that the reader may see."""
    ids = [one.id for one in found if one.of is FindOf.ENTITY]
    if not ids:
        return found
    given = {"ids": ids, "known_at": asking.known_at, "at_most": _NAMED_BESIDE + 1}
    named: dict[str, list[str]] = {}
    for record, name in asking.connection.execute(asked("entities_beside", given), given):
        named.setdefault(record, []).append(name)
    return tuple(
        replace(one, beside=" · ".join(filter(None, [one.beside, _listed(named.get(one.id, []))]))) for one in found
    )


def _listed(names: list[str]) -> str:
    more = " and more" if len(names) > _NAMED_BESIDE else ""
    return ", ".join(names[:_NAMED_BESIDE]) + more


def _rank(one: Find) -> tuple[float, int, str, str, str, int, str]:
    # numbers of places and craft are longer where they are greater, as in the order of their coming
    return (-one.score, len(one.title), one.title, one.kind, one.of, len(one.id), one.id)


# ------------------------------------------------------------ candidates
def _hits(connection: Connection, sought: Sought, known_at: datetime | None) -> tuple[list[_Hit], bool]:
    """Texts that were found, and whether there may be more: a function of what the reader may see, too."""
    codes = _code_hits(connection, sought, known_at) if sought.codes else []
    has_words = sum(map(len, sought.words)) >= LEAST_LETTERS
    names = _name_hits(connection, sought, known_at) if has_words else []
    return codes + names, len(codes) >= _CANDIDATES or len(names) >= _CANDIDATES


def _code_hits(connection: Connection, sought: Sought, known_at: datetime | None) -> list[_Hit]:
    rows = connection.execute(
        "SELECT * FROM watchfloor.search_codes(%s, %s, %s)", [list(sought.codes), known_at, _CANDIDATES]
    )
    hits = []
    for source, record, scheme, written, _, _, rank in rows:
        score = _CODE_SCORES[int(rank)] + _named(sought, scheme)
        hits.append(_Hit(FindOf(source), record, scheme, written, True, score))
    return hits


def _named(sought: Sought, scheme: str) -> float:
    """What it adds that the kind of number, or the state of a plate, was named; `plate (US-CA)` is of a state."""
    kind, _, area = scheme.rstrip(")").partition(" (")
    score = 0.0 if not sought.schemes else _NAMED_SCHEME if kind in sought.schemes else _OTHER_SCHEME
    if sought.area and area:
        score += _NAMED_SCHEME if plate_issuer(area) == sought.area else _OTHER_SCHEME
    return score


def _name_hits(connection: Connection, sought: Sought, known_at: datetime | None) -> list[_Hit]:
    words = list(sought.words)
    given = [words, False, known_at, _CANDIDATES]
    strict = connection.execute("SELECT * FROM watchfloor.search_names(%s, %s, %s, %s)", given).fetchall()
    hits = [_Hit(FindOf(row[0]), row[1], row[2], row[3], False, _NAME_SCORES[int(row[6])]) for row in strict]
    # misspelt ones only where few are spelt so: a function of what was found, so of what the reader may see
    if len(strict) >= FIRST_OF_GROUP or max(map(len, words)) < 4:
        return hits
    given = [words, True, known_at, _LOOSE_CANDIDATES]
    for source, record, scheme, written, plain, _, rank in connection.execute(
        "SELECT * FROM watchfloor.search_names(%s, %s, %s, %s)", given
    ):
        if (like := has_words_like(words, plain.split())) is not None and rank >= len(_NAME_SCORES):
            hits.append(_Hit(FindOf(source), record, scheme, written, False, _LOOSE_SCORE * like))
    return hits


# ------------------------------------------------------------ records
def _read(asking: _Asking, of: FindOf, wanted: Mapping[str, _Hit]) -> list[Find]:
    """Finds of one kind of record, as far as the reader may see the records themselves."""
    if not wanted:
        return []
    name, made = _RECORDS[of]
    given = {"ids": list(wanted), "known_at": asking.known_at}
    with asking.connection.cursor(row_factory=namedtuple_row) as cursor:
        rows: list[Any] = cursor.execute(
            statement(name) if of in _UNVERSIONED else asked(name, given), given
        ).fetchall()
    finds = []
    for row in rows:
        hit = wanted[row.id]
        why = pieces_of(hit.written, asking.sought.words, asking.sought.codes if hit.is_code else ())
        told = {"scheme": hit.scheme, "why": why, "label": asking.titles[row.label_id], "score": hit.score}
        finds.append(made(row, hit, told | {"id": row.id}))
    return finds


def _entity(row: Any, hit: _Hit, told: Mapping[str, Any]) -> Find:
    group = FindGroup.IDENTIFIERS if hit.is_code else FindGroup.ENTITIES
    born = f"born {row.born}" if row.born else ""
    return Find(group=group, of=FindOf.ENTITY, title=row.name, kind=row.kind, lon=row.lon, lat=row.lat,
                radius_m=row.uncertainty_m, beside=born, **told)  # fmt: skip


def _case(row: Any, hit: _Hit, told: Mapping[str, Any]) -> Find:
    title = f"{row.number} · {row.title}"
    return Find(group=FindGroup.CASES, of=FindOf.CASE, title=title, kind=f"case, {row.status}", **told)


def _operation(row: Any, _: _Hit, told: Mapping[str, Any]) -> Find:
    return Find(group=FindGroup.CASES, of=FindOf.OPERATION, title=row.title, kind="planned operation", lon=row.lon,
                lat=row.lat, radius_m=row.radius_m, **told)  # fmt: skip


def _place(row: Any, _: _Hit, told: Mapping[str, Any]) -> Find:
    kind = f"{row.kind}, {row.country}" if row.country else row.kind
    measures = tuple(one.code for one in MEASURES if one.layer == "ports" and one.code in row.measures)
    kind += ", traffic reported" if measures else ""
    return Find(group=FindGroup.PLACES, of=FindOf.PLACE, title=row.name, kind=kind, lon=row.lon, lat=row.lat,
                radius_m=row.uncertainty_m, measures=measures, **told)  # fmt: skip


def _craft(row: Any, hit: _Hit, told: Mapping[str, Any]) -> Find:
    group = FindGroup.IDENTIFIERS if hit.is_code else FindGroup.ENTITIES
    return Find(
        group=group, of=FindOf.CRAFT, title=row.name or row.identifier, kind=f"{row.kind} heard on the map", **told
    )


# what is kept without history: names are those of today
_UNVERSIONED = frozenset({FindOf.CRAFT})
_RECORDS: Mapping[FindOf, tuple[str, Callable[[Any, _Hit, Mapping[str, Any]], Find]]] = {
    FindOf.ENTITY: ("entities_found", _entity),
    FindOf.CASE: ("cases_found", _case),
    FindOf.OPERATION: ("operations_found", _operation),
    FindOf.PLACE: ("places_found", _place),
    FindOf.CRAFT: ("crafts_found", _craft),
}


def _spots(text: str) -> list[Find]:
    """Coordinates in the text: of nobody and for everybody."""
    return [
        Find(
            group=FindGroup.COORDINATES,
            of=FindOf.POINT,
            id=f"{spot.lon:.6f},{spot.lat:.6f}",
            title=f"{spot.lat:.5f}, {spot.lon:.5f}",
            kind=spot.system,
            scheme="",
            why=(Piece(text.strip()[:80], is_match=True),),
            label="",
            score=110.0,
            lon=spot.lon,
            lat=spot.lat,
            radius_m=spot.radius_m,
        )
        for spot in read_spots(text)
    ]
