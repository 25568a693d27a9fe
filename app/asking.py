"""What `watchfloor ask` puts out: the repository's answer to a layer's question, as rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.cells import boundaries, centroids, resolution_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Layer, Query

type Rows = list[dict[str, Any]]
MOST_ROWS = 100_000


def ask(repository: Repository, asker: Asker, query: Query, text: str = "") -> tuple[Rows, dict[str, Any]]:
    """Rows of the answer, and what must be said with them.

    text: what to search for, for entities and cases. Raises BadQuestion, TooManyRows.
    """
    if query.layer not in _ANSWERS:
        raise BadQuestion(f"the layer {query.layer} cannot be asked from here")
    rows, said = _ANSWERS[query.layer](repository, asker, query, text)
    if query.known_at is not None:
        said = {"as_known_at": f"{query.known_at:%Y-%m-%d %H:%M:%SZ}", **said}
    return rows, said | _version(repository, asker, query)


def _version(repository: Repository, asker: Asker, query: Query) -> dict[str, Any]:
    """Which state of the store the answer shows: raw facts, or derived data and when those were made."""
    shown = repository.shown(asker, query)
    made = {} if shown.made_at is None else {"made_at": f"{shown.made_at:%Y-%m-%d %H:%M:%SZ}"}
    # a version is of now: what was known at a moment is told by the moment
    version = {"version": shown.version} if query.known_at is None else {}
    return {"worked_out_from": shown.worked_out, **version, **made}


def _cells(counts: CellCounts, query: Query) -> tuple[Rows, dict[str, Any]]:
    lon, lat = centroids(counts.cells)
    vertices, offsets = boundaries(counts.cells)
    # among equals by place: the order in which rows came tells of rows that are hidden
    order = np.lexsort((counts.cells, -counts.n))
    levels = resolution_of(counts.cells)
    rows = [
        {
            "cell": f"{int(counts.cells[i]):x}",
            "resolution": int(levels[i]),
            "lon": round(float(lon[i]), 6),
            "lat": round(float(lat[i]), 6),
            "n": int(counts.n[i]),
            "kilograms": round(float(counts.kilograms[i]), 3),
            "ring": _closed(vertices[offsets[i] : offsets[i + 1]]),
        }
        for i in order
    ]
    said = {
        "fact": counts.fact.value,
        "total": counts.total,
        "on_areas_only": counts.on_areas_only,
        "without_place": counts.n_unplaced,
        "released_wider": counts.n_wider,
        "suppressed": counts.is_suppressed,
        "asked_resolution": query.resolution,
    }
    return rows, said


def _seizures(repository: Repository, asker: Asker, query: Query, _text: str) -> tuple[Rows, dict[str, Any]]:
    return _cells(repository.seizure_cells(asker, query), query)


def _overdoses(repository: Repository, asker: Asker, query: Query, _text: str) -> tuple[Rows, dict[str, Any]]:
    if query.fact is FactKind.REPORTED:
        return _latest(repository, asker, query)
    return _cells(repository.overdose_cells(asker, query), query)


def _latest(repository: Repository, asker: Asker, query: Query) -> tuple[Rows, dict[str, Any]]:
    rows = [
        {
            "place_code": one.place_code,
            "place": one.place,
            "lon": one.lon,
            "lat": one.lat,
            "substance": one.substance,
            "of": "; ".join(f"{key}: {value}" for key, value in one.dimensions),
            "starts": one.starts.isoformat(),
            "until": one.ends.isoformat(),
            "value": one.value,
            "footnote": one.footnote,
            "label": one.label,
            "source": one.source,
        }
        for one in repository.overdoses_reported(asker, query)
    ]
    reading = "the latest twelve months of each series that end in the period: they overlap and may not be added up"
    return rows, {"fact": query.fact.value, "measure": "overdose_deaths_12m", "reading": reading}


def _ports(repository: Repository, asker: Asker, query: Query, _text: str) -> tuple[Rows, dict[str, Any]]:
    found = repository.ports(asker, query)
    rows = [
        {
            "code": found.code[i],
            "name": found.name[i],
            "lon": float(found.lon[i]),
            "lat": float(found.lat[i]),
            "volume": float(found.volume[i]),
            "latest": _number(found.latest[i]),
            "year_before": _number(found.before[i]),
        }
        for i in range(len(found.code))
    ]
    return rows, {"fact": "reported", "measure": found.measure, "latest_month": str(found.month or "")}


def _routes(repository: Repository, asker: Asker, query: Query, _text: str) -> tuple[Rows, dict[str, Any]]:
    found = repository.routes(asker, query)
    rows = [
        {
            "from": found.from_name[i],
            "to": found.to_name[i],
            "n_tracks": int(found.n_tracks[i]),
            "n_seizures": int(found.n_seizures[i]),
            "kilograms": round(float(found.kilograms[i]), 3),
        }
        for i in range(len(found.from_name))
    ]
    return rows, {"fact": "derived from single events", "shown": f"{len(rows):,} of {found.n_known:,}, the heaviest"}


def _tracks(repository: Repository, asker: Asker, query: Query, _text: str) -> tuple[Rows, dict[str, Any]]:
    found = repository.fixes(asker, query)
    shown = min(found.total, MOST_ROWS)
    when = found.at_s[:shown].astype("datetime64[s]")
    rows = [
        {"craft": int(craft), "at": f"{at}Z", "lon": float(lon), "lat": float(lat), "speed_kn": _number(speed)}
        for craft, at, lon, lat, speed in zip(
            found.craft[:shown],
            when.astype(str),
            found.lon[:shown],
            found.lat[:shown],
            found.speed_kn[:shown],
            strict=True,
        )
    ]
    return rows, {"fact": "events", "total": found.total, "shown": shown}


def _entities(repository: Repository, asker: Asker, query: Query, text: str) -> tuple[Rows, dict[str, Any]]:
    if len(text.strip()) < 2:
        raise BadQuestion("say what to look for with --text, at least two letters")
    rows = [
        {"id": str(one.id), "kind": one.kind, "name": one.name, "label": one.label}
        for one in repository.search(asker, text, known_at=query.known_at)
    ]
    return rows, {"text": text}


def _cases(repository: Repository, asker: Asker, query: Query, text: str) -> tuple[Rows, dict[str, Any]]:
    found, _ = _entities(repository, asker, query, text)
    cases: dict[str, dict[str, Any]] = {}
    for one in repository.search(asker, text, known_at=query.known_at)[: len(found)]:
        page = repository.entity(asker, one.id, known_at=query.known_at)
        for case in page.cases if page else ():
            cases[str(case.id)] = {
                "id": str(case.id),
                "case": case.name,
                "status": case.status,
                "call": case.call,
                "label": case.label,
            }
    return list(cases.values()), {"text": text}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _closed(ring: np.ndarray) -> list[list[float]]:
    points = [[round(float(x), 6), round(float(y), 6)] for x, y in ring]
    return [*points, points[0]]


type Answer = Callable[[Repository, Asker, Query, str], tuple[Rows, dict[str, Any]]]
_ANSWERS: dict[Layer, Answer] = {
    Layer.SEIZURES: _seizures,
    Layer.OVERDOSES: _overdoses,
    Layer.PORTS: _ports,
    Layer.ROUTES: _routes,
    Layer.TRACKS: _tracks,
    Layer.ENTITIES: _entities,
    Layer.CASES: _cases,
}
