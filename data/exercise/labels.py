"""The labels of the exercise, from CLEAR to RED, and the label of what joins two records."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.cast import AGENCIES, COMPARTMENT
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.scope import Tier, Tlp

type Labels = NDArray[np.int16]
type Indices = NDArray[np.int64]

CODES: Final = tuple(a.code for a in AGENCIES)
KINDS: Final = (
    "clear",
    "green",
    "amber",
    "amber_first",
    "amber_second",
    "amber_both",
    "strict",
    "sensitive",
    "sensitive_both",
    "restricted",
    "red",
)
NO_LABEL: Final = -1
"""Stands for "no label serves": nobody, or nobody that can be named by a label, may see both records."""

USUAL: Final = (0.01, 0.16, 0.34, 0.10, 0.10, 0.15, 0.06, 0.05, 0.01, 0.01, 0.01)
OPEN_SOURCE: Final = (0.70, 0.20, 0.04, 0.01, 0.01, 0.04, 0.0, 0.0, 0.0, 0.0, 0.0)
CLOSED: Final = (0.0, 0.04, 0.42, 0.11, 0.11, 0.14, 0.10, 0.05, 0.01, 0.01, 0.01)


def _specs() -> tuple[LabelSpec, ...]:
    made: list[LabelSpec] = []
    for owner in CODES:
        first, second = (code for code in CODES if code != owner)
        both = frozenset((first, second))
        made += [
            LabelSpec(owner, Tlp.CLEAR),
            LabelSpec(owner, Tlp.GREEN),
            LabelSpec(owner, Tlp.AMBER),
            LabelSpec(owner, Tlp.AMBER, releasable_to=frozenset((first,))),
            LabelSpec(owner, Tlp.AMBER, releasable_to=frozenset((second,))),
            LabelSpec(owner, Tlp.AMBER, releasable_to=both),
            LabelSpec(owner, Tlp.AMBER_STRICT),
            LabelSpec(owner, Tlp.AMBER, Tier.SENSITIVE),
            LabelSpec(owner, Tlp.AMBER, Tier.SENSITIVE, releasable_to=both),
            LabelSpec(owner, Tlp.AMBER_STRICT, Tier.RESTRICTED),
            LabelSpec(owner, Tlp.RED, Tier.RESTRICTED),
        ]
    sealed = LabelSpec(CODES[0], Tlp.AMBER, Tier.SEALED, COMPARTMENT, frozenset((CODES[1],)))
    return (*made, sealed)


SPECS: Final = _specs()
SEALED: Final = len(SPECS) - 1
"""Index of the label of the sealed compartment."""


def label_index(owner: str, kind: str) -> int:
    """Index into SPECS of one agency's label of that kind."""
    return CODES.index(owner) * len(KINDS) + KINDS.index(kind)


def draw_labels(rng: np.random.Generator, owners: Indices, weights: tuple[float, ...] = USUAL) -> Labels:
    """A label for each record of an agency; owners: shape (n,), index into CODES; weights by KINDS."""
    kinds = rng.choice(len(KINDS), size=len(owners), p=weights)
    return (owners * len(KINDS) + kinds).astype(np.int16)


@dataclass(frozen=True)
class _Readers:
    """Who may see a label, so far as one label can be compared with another."""

    agencies: frozenset[str]
    tier: int
    secret: tuple[str | None, int | None]

    @cached_property
    def is_secret(self) -> bool:
        return self.secret != (None, None)

    def within(self, other: "_Readers") -> bool:
        may_enter = self.secret == other.secret or not other.is_secret
        return self.agencies <= other.agencies and self.tier >= other.tier and may_enter


def _readers(index: int, spec: LabelSpec) -> _Readers:
    agencies = {
        Tlp.CLEAR: frozenset((*CODES, "PUBLIC")),
        Tlp.GREEN: frozenset(CODES),
        Tlp.AMBER: frozenset((spec.owner, *spec.releasable_to)),
        Tlp.AMBER_STRICT: frozenset((spec.owner,)),
        Tlp.RED: frozenset((spec.owner,)),
    }[spec.tlp]
    return _Readers(agencies, int(spec.tier), (spec.compartment, index if spec.tlp is Tlp.RED else None))


@lru_cache(maxsize=1)
def _joined() -> Labels:
    readers = [_readers(i, spec) for i, spec in enumerate(SPECS)]
    table = np.full((len(SPECS), len(SPECS)), NO_LABEL, np.int16)
    for a, b in product(range(len(SPECS)), repeat=2):
        fit = [i for i, r in enumerate(readers) if r.within(readers[a]) and r.within(readers[b])]
        if fit:
            table[a, b] = max(
                fit, key=lambda i: (len(readers[i].agencies), -readers[i].tier, not readers[i].is_secret,
                                    SPECS[i].owner == SPECS[a].owner, -i)
            )  # fmt: skip
    return table


def join_labels(first: Labels, second: Labels) -> Labels:
    """The widest label whose readers may see both records of each pair, or NO_LABEL.

    A link or a case row under it tells nobody of a record that they may not see.
    """
    return _joined()[first, second]


def is_within(inner: Labels, outer: Labels) -> NDArray[np.bool_]:
    """Whether all readers of the inner label may see the outer one too."""
    readers = [_readers(i, spec) for i, spec in enumerate(SPECS)]
    table = np.array([[a.within(b) for b in readers] for a in readers])
    return table[inner, outer]
