"""The ships that send positions: which vessel of the register each one is, and under which label it is heard."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.circles import CIRCLES, PLANTED
from watchfloor.data.exercise.labels import CODES, OPEN_SOURCE, SEALED, Labels, draw_labels, is_within, label_index
from watchfloor.data.exercise.names import ship_names
from watchfloor.data.exercise.objects import VESSEL_CATEGORIES, VESSEL_SHARES, Holding
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import OF_SHIPS, Plan
from watchfloor.data.exercise.reserved import FLAGS, mmsi_numbers

SHIPS: Final = 400
_HEARD: Final = 0.7
"""Share of the registered vessels that are ever heard."""
_TEXTS: Final = ("kind", "identifier", "name", "category", "attributes", "entity_key")
_HEARD_BY: Final = (0.1, 0.8, 0.1)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Ships with tracks, arrays of one length; circle: index into CIRCLES or -1."""

    frame: pl.DataFrame
    labels: Labels
    circle: IntArray
    category: NDArray[np.str_]

    @property
    def identifiers(self) -> list[str]:
        """MMSI of the ships."""
        return self.frame["identifier"].to_list()

    def identifier(self, ship: int) -> str:
        """MMSI of one ship."""
        return str(self.frame["identifier"][ship])

    def __len__(self) -> int:
        return self.frame.height


def make_fleet(plan: Plan, vessels: Holding) -> Fleet:
    """All vessels of planted circles and a random part of the others.

    A ship names its entity only where whoever hears it may see the entity too: an open position must not tell
    that a vessel is on somebody's list.
    """
    rng = plan.stream("fleet")
    group = vessels.roster.origin.group
    quiet = np.flatnonzero(group < PLANTED)
    wanted = max(10, plan.count(SHIPS, 10, OF_SHIPS) - int((group >= PLANTED).sum()))
    chosen = rng.permutation(quiet)[: min(wanted, round(len(quiet) * _HEARD))]
    rows = np.sort(np.concatenate([chosen, np.flatnonzero(group >= PLANTED)]))
    circle = np.where(group[rows] >= PLANTED, group[rows] - PLANTED, -1)
    labels = _labels(rng, vessels, rows, circle)
    entities = vessels.roster.frame[rows]
    told = is_within(labels, vessels.roster.labels[rows])
    attributes = [json.loads(text) for text in entities["attributes"].to_list()]
    numbers = vessels.identifiers.filter(pl.col("scheme") == "mmsi")
    mmsi = dict(zip(numbers["entity_key"].to_list(), numbers["value"].to_list(), strict=True))
    frame = pl.DataFrame(
        {
            "kind": ["vessel"] * len(rows),
            "identifier": [mmsi[key] for key in entities["key"].to_list()],
            "name": entities["name"],
            "category": [a["category"] for a in attributes],
            "attributes": [json.dumps({"exercise": True, "flag": a["flag"]}) for a in attributes],
            "entity_key": pl.Series(entities["key"]).set(pl.Series(~told), None),
            "label": labels,
        }
    )  # fmt: skip
    strangers = _strangers(rng, len(vessels.roster), wanted - len(chosen))
    frame = pl.concat([frame, strangers], how="vertical_relaxed")
    circle = np.concatenate([circle, np.full(strangers.height, -1)])
    return Fleet(frame, frame["label"].to_numpy(), circle, np.array(frame["category"].to_list()))


def _strangers(rng: np.random.Generator, known: int, n: int) -> pl.DataFrame:
    """Ships that stand in nobody's register, as most of those at sea."""
    numbers = mmsi_numbers(known + n)[known:]
    categories = rng.choice(VESSEL_CATEGORIES, size=n, p=VESSEL_SHARES).tolist()
    flags = rng.choice(FLAGS, size=n).tolist()
    labels = draw_labels(rng, rng.choice(len(CODES), n, p=_HEARD_BY), OPEN_SOURCE)
    return pl.DataFrame(
        {
            "kind": ["vessel"] * n,
            "identifier": numbers,
            "name": ship_names(rng, known + n)[known:],
            "category": categories,
            "attributes": [json.dumps({"exercise": True, "flag": flag}) for flag in flags],
            "entity_key": [None] * n,
            "label": labels,
        },
        schema_overrides=dict.fromkeys(_TEXTS, pl.String),
    )


def _labels(rng: np.random.Generator, vessels: Holding, rows: IntArray, circle: IntArray) -> Labels:
    heard_by = rng.choice(len(CODES), len(rows), p=_HEARD_BY)
    usual = draw_labels(rng, heard_by, OPEN_SOURCE)
    sealed = np.isin(circle, [i for i, c in enumerate(CIRCLES) if c.is_sealed])
    watched = np.where(rng.random(len(rows)) < 0.5, vessels.roster.labels[rows], label_index("CGD", "clear"))
    return np.where(sealed, SEALED, np.where(circle >= 0, watched, usual)).astype(np.int16)
