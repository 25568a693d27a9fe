"""Search among a million names: part of a number, a name with a typo, a place; beside a question that reads nothing."""

import os
import time
import uuid
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import psycopg

from bench.results import Result, p95
from bench.stores import BATCH, labels, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.scope import Tlp

N = 1_000_000
ROUNDS = 40
GOAL_S = 0.3
FIRST = ("Maria", "José", "Ana", "Luis", "Elena", "Viktor", "Olga", "Ahmed", "Chen", "Ivan", "Rosa", "Pedro")
SYLLABLES = ("ba", "re", "mo", "ti", "lu", "cas", "ver", "dan", "sol", "pin", "gar", "hel", "nov", "rik", "tor", "zem")
PLACES = ("San Ysidro", "Laredo", "Nogales", "Calexico", "Long Beach", "Miami", "Houston", "Tijuana")
_NOWHERE = {"lon": None, "lat": None, "uncertainty_m": None, "place_precision": PLACE_CODES[PlacePrecision.NONE]}

type Texts = list[tuple[str, str]]


def measure(address: ClusterAddress) -> list[Result]:
    """Loads names, each with a telephone number, and looks for some of them."""
    store = new_store(address, "finding")
    texts: Texts = []
    source = SourceInfo("bench", "Benchmark", "Benchmark", "none")
    form = Format("bench", "Benchmark", source, False, lambda *_: iter(()), frozenset({"entities"}))
    order = Order(form, LabelSpec("A", Tlp.GREEN), "bench")
    seconds = ingest_batches(store, order, "bench", _batches(labels(store), texts)).seconds
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with Repository(store) as repository, Door(store) as door:
        asker = Asker(token(store), uuid.uuid4())
        floor = [_seconds(lambda: _nothing(door, asker)) for _ in range(ROUNDS)]
        results = [Result(f"load of {N:,} names and numbers, made to be found", N / seconds, "rows/s")]
        return results + [_found(repository, asker, name, sought, floor) for name, sought in _sought(texts)]


def _found(repository: Repository, asker: Asker, name: str, sought: list[str], floor: list[float]) -> Result:
    repository.find(asker, sought[0])
    seconds, hits = [], 0
    for text in sought[1:]:
        began = time.perf_counter()
        hits += bool(repository.find(asker, text))
        seconds.append(time.perf_counter() - began)
    slow, ratio = p95(seconds), float(np.median(seconds) / np.median(floor))
    against = f"a door opened for nothing, medians; found {hits} of {len(seconds)}; load {os.getloadavg()[0]:.1f}"
    what = f"search of {N:,} names, {name}: p95"
    return Result(what, slow * 1e3, "ms", "< 300 ms", slow < GOAL_S, against, ratio)


def _sought(texts: Texts) -> Iterator[tuple[str, list[str]]]:
    rng = np.random.default_rng(9)
    chosen = [texts[index] for index in rng.integers(0, len(texts), ROUNDS + 1).tolist()]
    yield "six digits out of a number", [number[-8:-2] for _, number in chosen]
    yield "a name with a typo", [_misspelt(name, rng) for name, _ in chosen]
    yield "beginning of a name", [name[: len(name) - 3] for name, _ in chosen]
    yield "a place", [PLACES[turn % len(PLACES)] for turn in range(ROUNDS + 1)]


def _misspelt(name: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(name) - 1))
    return name[:at] + name[at + 1 :]


def _batches(numbers: list[int], texts: Texts) -> Iterator[Batch]:
    rng = np.random.default_rng(8)
    for start in range(0, N, BATCH):
        size = min(BATCH, N - start)
        keys = [f"e{index}" for index in range(start, start + size)]
        parts = rng.integers(0, len(SYLLABLES), (size, 4))
        first = rng.integers(0, len(FIRST), size)
        names = [
            f"{FIRST[f]} {''.join(SYLLABLES[p] for p in row).title()}" for f, row in zip(first, parts, strict=True)
        ]
        phones = [f"+1{number}" for number in rng.integers(2_010_000_000, 9_899_999_999, size).tolist()]
        own = rng.choice(numbers, size)
        texts.extend((names[i], phones[i]) for i in np.flatnonzero(np.isin(own, numbers[:20]))[:500].tolist())
        label = pl.Series(own, dtype=pl.Int16)
        entities = pl.DataFrame(
            {"key": keys, "pole": "person", "kind": "person", "name": names, "label": label, **_NOWHERE},
            schema_overrides=dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64),
        )
        identifiers = pl.DataFrame({"entity_key": keys, "scheme": "phone", "value": phones, "label": label})
        yield Batch(size, {"entities": entities, "identifiers": identifiers})


def _nothing(door: Door, asker: Asker) -> None:
    with door.open(asker.token, Asked("search", {"text": ""}, asker.view_id)):
        pass


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
