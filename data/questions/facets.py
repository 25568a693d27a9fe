"""How many seizures each condition leaves: all of a period are columns, and every choice is counted in memory."""

from collections.abc import Callable, Sequence

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.narrowed import KILOGRAMS, limits_of
from watchfloor.data.questions.facet_columns import FacetColumns
from watchfloor.data.questions.facet_reading import facet_flags
from watchfloor.data.questions.facet_texts import FacetTexts
from watchfloor.data.questions.linked import label_titles
from watchfloor.data.questions.near_ports import near_reach, with_ports
from watchfloor.data.statements import asked, filters_of, statement
from watchfloor.geo.coasts import COASTS
from watchfloor.geo.facets import Choice, Facets
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.narrowing import NearPorts
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.query import Query
from watchfloor.geo.substances import SUBSTANCES as VOCABULARY

SUBSTANCES = "substances"
USUAL_KM = 50.0
MOST_CASES = 50

type Connection = psycopg.Connection[TupleRow]
type BoolArray = NDArray[np.bool_]
type Choices = tuple[Choice, ...]
type AtHand = Callable[[], Sequence[FacetTexts] | None]


def seizure_facets(connection: Connection, query: Query, columns: FacetColumns, texts: AtHand) -> Facets:
    """Counts of every condition in force and of every choice.

    columns: all single seizures of the question's period, everywhere. texts: theirs, None where the store must look.
    """
    count = _Counting(connection, query, columns, texts)
    cases = _cases(connection, query)
    return Facets(
        total=count.columns.n,
        left=count.met(),
        without={name: count.met(name) for name in count.in_force},
        choices=count.choices() | {"case": cases},
        case=_case(connection, query),
    )


class _Counting:
    """What meets which condition, and how many are left of every choice."""

    def __init__(self, connection: Connection, query: Query, columns: FacetColumns, texts: AtHand) -> None:
        self._texts = texts
        self._connection, self._query, self.columns = connection, query, columns
        rows = connection.execute(statement("label_owners")).fetchall()
        self._owners = {label: (code, name) for label, code, name in rows}
        self._every = np.ones(columns.row.size, np.bool_)
        self._chosen = np.isin(columns.substance, query.substance_ids) if query.substances else self._every
        self._has_limits = bool({"least_kg", "most_kg"} & set(query.only.given))
        self._masks = self._told()

    @property
    def in_force(self) -> tuple[str, ...]:
        """Names of the conditions that there are, both limits of weight as one."""
        return (*self._masks, *([KILOGRAMS] if self._has_limits else []))

    def met(self, *but: str) -> int:
        """How many meet all conditions but these."""
        return int(self._meets(*but).sum())

    def choices(self) -> dict[str, Choices]:
        """What may be chosen, by condition."""
        return {
            SUBSTANCES: self._substances(),
            "conveyances": self._words("conveyances"),
            "concealments": self._words("concealments"),
            "agencies": self._agencies(),
            "labels": self._labels(),
            "reliability": self._at_least("reliability", {int(one): one.name.lower() for one in Reliability}),
            "validity": self._at_least("validity", {int(one): one.name.lower() for one in Validity}),
            "precision": self._at_least("precision", {PLACE_CODES[one]: one.value for one in PlacePrecision}),
            "near": self._near(),
        }

    # ------------------------------------------------------------ what is met
    def _meets(self, *but: str) -> BoolArray:
        met = np.ones(self.columns.n, np.bool_)
        for name, mask in self._masks.items():
            if name not in but:
                met &= mask
        if self._has_limits and KILOGRAMS not in but:
            # whose weight is meant depends on the substances
            met &= self._is_within(self._every if SUBSTANCES in but else self._chosen)
        return met

    def _is_within(self, taken: BoolArray) -> BoolArray:
        columns = self.columns
        return self._limited(np.bincount(columns.row[taken], columns.kilograms[taken], columns.n))

    def _limited(self, kilograms: NDArray[np.float64]) -> BoolArray:
        least, most = limits_of(self._query.only)
        return np.asarray((kilograms > 0) & (kilograms >= least) & (kilograms <= most))

    def _told(self) -> dict[str, BoolArray]:
        columns, codes, only = self.columns, self.columns.codes, self._query.only
        masks: dict[str, BoolArray] = {}
        if self._query.substances:
            masks[SUBSTANCES] = np.bincount(columns.row[self._chosen], minlength=columns.n) > 0
        for name in ("conveyances", "concealments"):
            if wanted := getattr(only, name):
                known = columns.words[name]
                masks[name] = np.isin(codes[name], [known.index(word) for word in wanted if word in known])
        if only.agencies:
            owned = [label for label, (code, _) in self._owners.items() if code in only.agencies]
            masks["agencies"] = np.isin(codes["label"], owned)
        if only.labels:
            masks["labels"] = np.isin(codes["label"], only.labels)
        if only.reliability is not None:
            masks["reliability"] = codes["reliability"] <= only.reliability
        if only.validity is not None:
            masks["validity"] = codes["validity"] <= only.validity
        if only.precision is not None:
            masks["precision"] = codes["precision"] <= PLACE_CODES[only.precision]
        if only.near is not None:
            masks["near"] = self._reached(only.near)
        return masks | facet_flags(self._connection, self._query, columns, self._texts)

    def _reached(self, near: NearPorts) -> BoolArray:
        return self.columns.reached(near_reach(self._connection, near))

    # ------------------------------------------------------------ what may be chosen
    def _substances(self) -> Choices:
        columns = self.columns
        is_met = self._meets(SUBSTANCES, KILOGRAMS)[columns.row]
        if self._has_limits:
            is_met &= self._limited(columns.kilograms)
        n = np.bincount(columns.substance[is_met], minlength=1 + max(one.id for one in VOCABULARY))
        return tuple(Choice(one.code, one.name, int(n[one.id])) for one in VOCABULARY)

    def _words(self, name: str) -> Choices:
        words = self.columns.words[name]
        n = np.bincount(self.columns.codes[name][self._meets(name)], minlength=len(words)).tolist()
        found = [Choice(word, word or "not stated", count) for word, count in zip(words, n, strict=True)]
        return tuple(sorted(found, key=lambda one: (-one.n, one.title)))

    def _labels(self) -> Choices:
        titles = label_titles(self._connection)
        n = np.bincount(self.columns.codes["label"][self._meets("labels")], minlength=max(titles, default=0) + 1)
        found = [Choice(str(label), title, int(n[label])) for label, title in titles.items()]
        return tuple(sorted((one for one in found if one.n), key=lambda one: (-one.n, one.title)))

    def _agencies(self) -> Choices:
        labels = self.columns.codes["label"][self._meets("agencies")]
        n = np.bincount(labels, minlength=max(self._owners, default=0) + 1)
        counts: dict[tuple[str, str], int] = {}
        for label, owner in self._owners.items():
            counts[owner] = counts.get(owner, 0) + int(n[label])
        found = [Choice(code, name, count) for (code, name), count in counts.items() if count]
        return tuple(sorted(found, key=lambda one: (-one.n, one.title)))

    def _at_least(self, name: str, values: dict[int, str]) -> Choices:
        """Grades and precisions, best first; the last of them leaves everything and is no choice."""
        codes = self.columns.codes[name][self._meets(name)]
        return tuple(
            Choice(value, value.replace("_", " "), int((codes <= code).sum()))
            for code, value in list(values.items())[:-1]
        )

    def _near(self) -> Choices:
        near, met = self._query.only.near, self._meets("near")
        km = USUAL_KM if near is None else near.km
        country = "" if near is None else near.country
        ways = [(NearPorts(km, "", country), "any port, inland too")]
        ways += [(NearPorts(km, coast.code, country), coast.name) for coast in COASTS]
        return tuple(Choice(str(way), title, int((met & self._reached(way)).sum())) for way, title in ways)


def _cases(connection: Connection, query: Query) -> Choices:
    given = _without_case(query) | {"at_most": MOST_CASES}
    rows = connection.execute(asked("facet_cases", given), with_ports(connection, given)).fetchall()
    return tuple(Choice(str(case), f"{number} {title}", n) for case, number, title, n in rows)


def _without_case(query: Query) -> dict[str, object]:
    given = filters_of(query)
    conditions = given["narrowed"]
    assert isinstance(conditions, tuple)
    return given | {"narrowed": tuple(name for name in conditions if name != "case")}


def _case(connection: Connection, query: Query) -> str:
    if query.only.case is None:
        return ""
    given = {"id": query.only.case, "known_at": query.known_at}
    row = connection.execute(asked("facet_case", given), given).fetchone()
    return "" if row is None else f"{row[0]} {row[1]}"
