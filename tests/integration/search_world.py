"""What search is tried on: persons of many scripts, their numbers, cases, operations, places and craft, each of them
under every label of the oracle's world.
"""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from watchfloor.data.ingest.frames import SHAPES

from .oracle_world import SPECS

MAY = datetime(2024, 5, 1, 6, tzinfo=UTC)
PERSONS = ("Сергей Щукин", "Juan Pérez Gonzalez", "محمد", "Γιώργος Παπάς", "习近平", "Mohammed al-Masri", "John Smith")
TEXTS = (
    "555-01 2", "(210) 555 01", "7AB", "tx 7ab", "9074729", "imo 9074", "1M8GDM", "EX-A-2026", "2026-00", "sergey",
    "shchukin sergei", "juan peres", "gonzales perez", "muhammad", "giorgos", "xi jinping", "習近平", "almasri",
    "jon smith", "smith j", "smtih", "port lantern", "porto", "heron", "harrier", "366000", "otter", "ex",
    "a", "%", "_", "ab'--",
)  # fmt: skip


def frames(numbers: list[int], only: frozenset[int]) -> dict[str, pl.DataFrame]:
    """All of it that stands under the labels with these places in SPECS. numbers: of the labels in this store."""
    said: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("entities", "identifiers", "links", "cases", "operations", "places", "crafts")
    }
    for spec in sorted(only):
        label = numbers[spec]
        for n, name in enumerate(PERSONS):
            key = f"p{spec}-{n}"
            said["entities"].append(_entity(key, "person", name, label))
            said["identifiers"] += [
                {"entity_key": key, "scheme": "phone", "value": f"+1210555{100 * spec + n:04}", "label": label},
                {"entity_key": key, "scheme": "alias", "value": f"El {name.split()[0]} {spec}", "label": label},
            ]
        said["entities"].append(_entity(f"v{spec}", "vehicle", f"Van {spec}", label))
        said["identifiers"] += [
            {"entity_key": f"v{spec}", "scheme": scheme, "value": value, "label": label}
            for scheme, value in (("plate (Texas)", f"7AB{spec}O"), ("vin", f"1M8GDM9AXKP04278{spec}"))
        ]
        # whoever sees the van may not see who drives it, or that somebody does
        driver = f"p{(spec + 1) % len(SPECS)}-0"
        if (spec + 1) % len(SPECS) in only:
            said["links"].append(
                {"key": f"l{spec}", "from_key": driver, "to_key": f"v{spec}", "kind": "drives", "label": label,
                 "starts": MAY}
            )  # fmt: skip
        # borne under another label than its bearer's: whoever sees only one of both finds nothing
        other = numbers[(spec + 1) % len(SPECS)] if (spec + 1) % len(SPECS) in only else label
        said["identifiers"].append(
            {"entity_key": f"v{spec}", "scheme": "imo", "value": f"907472{spec}", "label": other}
        )
        case = {"key": f"c{spec}", "number": f"EX-A-2026-{spec:04}", "title": f"Distant Heron {spec}", "agency": "A"}
        said["cases"].append({**case, "status": "open", "opened": MAY, "summary": "", "label": label})
        planned = {"key": f"o{spec}", "agency": "A", "kind": "search", "title": f"Harrier {spec}", "radius_m": 900.0}
        said["operations"].append({**planned, "starts": MAY, "ends": MAY, "label": label, **_place(spec)})
        said["places"] += [
            {"kind": "port", "code": f"XX{spec}LN", "name": "Port Lantern", "lon": 10.0 + spec, "lat": 5.0,
             "uncertainty_m": 900.0, "label": label},
            {"kind": "town", "code": f"T{spec}", "name": f"Pôrto {spec}", "lon": 20.0 + spec, "lat": 5.0,
             "uncertainty_m": 900.0, "label": label},
        ]  # fmt: skip
        said["crafts"].append({"kind": "vessel", "identifier": f"36600000{spec}", "name": "Otter", "category": "cargo",
                               "attributes": "{}", "label": label})  # fmt: skip
    return {
        name: pl.DataFrame(rows, schema_overrides={c: t for c, t in SHAPES[name].items() if c in rows[0]})
        for name, rows in said.items()
        if rows
    }


def _entity(key: str, kind: str, name: str, label: int) -> dict[str, Any]:
    return {"key": key, "pole": "person" if kind == "person" else "object", "kind": kind, "name": name,
            "label": label, **_place(0)}  # fmt: skip


def _place(n: int) -> dict[str, Any]:
    return {"lon": -80.0 - n, "lat": 25.0, "uncertainty_m": 20.0, "place_precision": 0}
