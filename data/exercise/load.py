"""The exercise world brought into a store: agencies, labels, facts in one run, and the planted truth apart."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime

import polars as pl
import psycopg
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address, Role
from watchfloor.data.exercise.cast import AGENCIES
from watchfloor.data.exercise.chronicle import Chronicle, moments_before, released_after
from watchfloor.data.exercise.labels import SPECS
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.world import WorldStream, checked_plan, named_labels
from watchfloor.data.ingest.backdated import ingest_backdated
from watchfloor.data.ingest.format import RECORDS, Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest_batches
from watchfloor.data.registry import LabelSpec, ensure_agency, grant, intern_label
from watchfloor.data.store import store_kind
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.scope import Right, Tlp

SEED = 7
COMMUNITY = LabelSpec("NTF", Tlp.GREEN)


def load_exercise(
    address: Address,
    *,
    seed: int = SEED,
    scale: float = 1.0,
    until: date | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> RunReport:
    """Make the world and load it; the same seed, scale and date load the same rows, so that a second time adds none.

    It has a past: what happened in the last year was recorded in batches, late, and partly put right (`chronicle`).

    Raises BadQuestion in an OPERATIONAL store, and in one that holds another exercise world.
    """
    last = until or datetime.now(UTC).date()
    asked = {"seed": seed, "scale": float(scale), "until": last}
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        if store_kind(owner) is not StoreKind.EXERCISE:
            raise BadQuestion("this store is OPERATIONAL: the exercise world is refused here")
        is_there = _refuse_another(owner, {key: str(value) for key, value in asked.items()})
    world = WorldStream(checked_plan(seed, scale, last), Places.shipped())
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        for agency in AGENCIES:
            ensure_agency(owner, agency.code, agency.name, agency.watch_phone)
        numbers = [intern_label(owner, spec) for spec in SPECS]
        for account, label in named_labels():
            row = owner.execute("SELECT id FROM sealed.principal WHERE name = %s", [account]).fetchone()
            if row:
                grant(owner, row[0], [(Right.NAMED, str(numbers[label]))])
    progress("Making and loading the exercise world")
    name = f"exercise world, seed {seed}, scale {scale:g}"
    order = Order(exercise_format(), COMMUNITY, "exercise", Options(asked))
    if is_there:
        # what stands there stays as it was recorded; what was taken back comes again, recorded now
        return ingest_batches(address, order, name, _batches(world, numbers))
    past = Chronicle(world.plan, moments_before(world.plan, datetime.now(UTC)))
    told = ((number, whole_batch(frames, numbers)) for number, frames in past.told(world.records()))
    report = ingest_backdated(address, order, name, past.moments, told, released=released_after(world.plan))
    _plant(address, [*world.truth, *past.truth])
    return report


def _refuse_another(owner: psycopg.Connection, asked: dict[str, str]) -> bool:
    """Whether the world is there. Two of them in one store would mix: records that the second lacks would stay."""
    row = owner.execute(
        "SELECT options FROM watchfloor.run WHERE format = 'exercise' AND status = 'published' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row and row[0] and row[0] != asked:
        held = ", ".join(f"{key} {row[0].get(key)}" for key in asked)
        raise BadQuestion(
            f"this store holds the exercise world of {held}: empty it with `watchfloor db reset`, "
            "or keep another store under another WATCHFLOOR_HOME"
        )
    return row is not None


def _batches(world: WorldStream, numbers: list[int]) -> Iterator[Batch]:
    return (whole_batch(together, numbers) for together in world.records())


def whole_batch(together: Mapping[str, pl.DataFrame], numbers: list[int]) -> Batch:
    """One batch of records with all that belongs to them, under the store's labels."""
    read = sum(frame.height for name, frame in together.items() if name in RECORDS)
    return Batch(read, {name: _labelled(frame, numbers) for name, frame in together.items()})


def _labelled(frame: pl.DataFrame, numbers: list[int]) -> pl.DataFrame:
    """The frame with the store's label ids in place of indices into SPECS."""
    if "label" not in frame.columns:
        return frame
    known = dict(enumerate(numbers))
    return frame.with_columns(pl.col("label").replace_strict(known, default=None, return_dtype=pl.Int16))


def _plant(address: Address, truth: list[Planted]) -> None:
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        owner.execute("DELETE FROM truth.planted")
        with owner.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO truth.planted (kind, subjects, truth) VALUES (%s, %s, %s)",
                [(p.kind, Jsonb(list(p.subjects)), Jsonb(dict(p.truth))) for p in truth],
            )


def exercise_format(name: str = "exercise") -> Format:
    """The format of the exercise's own runs; records of one key are one record, whatever its name."""

    def read(_opened: Opened, _options: Options) -> Iterator[Batch]:
        raise BadQuestion("the exercise world is made, not read: use `watchfloor exercise`")

    source = SourceInfo(
        "exercise",
        "EXERCISE world, wholly invented",
        "Watchfloor",
        "Apache-2.0",
        Reliability.UNKNOWN,
        Validity.CANNOT_BE_JUDGED,
    )
    return Format(name, "The exercise world", source, False, read)
