"""What the records of a selection are made of, for a brief: substances, places, sources, precision, labels."""

from collections import Counter, defaultdict

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.provenance import WITHHELD, Writing, grades, writing
from watchfloor.data.questions.selected import Selected
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.data.questions.written import place_precision
from watchfloor.data.registry import labels
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.brief import Parts, Share, Source, Tally
from watchfloor.geo.comparison_places import Held
from watchfloor.geo.query import Query
from watchfloor.geo.scope import Label

# more than anybody reads the parts of; beyond it the newest are told of, and the brief says so
MOST_TOLD = 100_000

type Connection = psycopg.Connection[TupleRow]


def parts_of(connection: Connection, query: Query, found: Selected) -> Parts:
    """The records that lie in a selection, by their parts."""
    newest = np.flatnonzero(found.is_in)[:MOST_TOLD]
    given = {"ids": found.ids(newest), **filters_of(query)}
    substances = _shares(connection.execute(asked("selected_substances", _plain(given)), given).fetchall())
    places = _shares(connection.execute(asked("selected_places", _plain(given)), given).fetchall())
    origins = connection.execute(asked("selected_origins", _plain(given)), given).fetchall()
    precisions: Counter[int] = Counter()
    for *_, precision, n in origins:
        precisions[precision] += n
    return Parts(
        n_told=int(newest.size),
        substances=substances,
        places=tuple(one for one in places if one.name),
        n_nameless=sum(one.n for one in places if not one.name),
        precisions=tuple((place_precision(code), n) for code, n in sorted(precisions.items())),
        sources=_sources(origins, writing(connection, (row[0] for row in origins))),
    )


def tally_of(connection: Connection, query: Query, found: Selected) -> Tally:
    """What lies in a selection in the period of a question."""
    inside = found.is_in
    days = [day for day, own in zip(found.days, inside, strict=True) if own]
    weights = found.kilograms[inside]
    known = {label.id: label for label in labels(connection)}
    by_label, by_label_may = (_by_label(known, found.label[which]) for which in (inside, ~inside))
    return Tally(
        query.period,
        Held(int(inside.sum()), float(weights.sum()), int((~inside).sum())),
        tuple(days),
        trend_of_days(query.period, days, weights),
        by_label,
        by_label_may,
    )


def _by_label(known: dict[int, Label], numbers: NDArray[np.int64]) -> tuple[tuple[Label, int], ...]:
    each, n = np.unique(numbers, return_counts=True)
    return tuple(
        (known[number], count) for number, count in zip(each.tolist(), n.tolist(), strict=True) if number in known
    )


def _plain(given: dict[str, object]) -> dict[str, object]:
    # the records were found under the conditions: they are not asked for them again
    return {"known_at": given["known_at"]}


def _shares(rows: list[TupleRow]) -> tuple[Share, ...]:
    return tuple(Share(str(name), int(n), float(kilograms)) for name, n, kilograms in rows)


def _sources(rows: list[TupleRow], written: Writing) -> tuple[Source, ...]:
    """By the title of the source: of what may not be named, together."""
    gradings: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for run, reliability, validity, _, n in rows:
        told = written.provenance(run)
        who = (told.source, told.publisher, told.licence) if told else (WITHHELD, "", "")
        gradings[who][" · ".join(grades(reliability, validity))] += n
    found = [Source(*who, n.total(), tuple(n.most_common())) for who, n in gradings.items()]
    return tuple(sorted(found, key=lambda one: (-one.n, one.name)))
