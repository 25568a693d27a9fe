"""Where rows come from: sources, runs, files, quarantine, and the versions of what is drawn."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.tables import SCHEMA, TRUTH, Base, Labelled, Moment, Small


class Setting(Base):
    """Facts about the store itself: its kind (EXERCISE or OPERATIONAL), when it was made."""

    __tablename__ = "store"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Source(Base):
    """A publisher's data set: what a citation names."""

    __tablename__ = "source"
    id: Mapped[Small] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]


class Run(Labelled, Base):
    """One intake: what was read, from where, by whom, with what result.

    recorded_at: the one moment from which all that it says is recorded; runs are recorded in the order in which they
    become visible. list_date: of a list that is whole, its day. undone_by: the run that took this one back. is_kept:
    what it said is kept, so that it can be taken back.
    """

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    format: Mapped[str]
    source_id: Mapped[Small | None] = mapped_column(ForeignKey(Source.id))
    started_by: Mapped[str]
    started_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[Moment | None]
    recorded_at: Mapped[Moment | None]
    status: Mapped[str] = mapped_column(server_default=text("'running'"))
    error: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    read: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    loaded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    superseded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    notes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    undone_by: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.run.id"))
    is_kept: Mapped[bool] = mapped_column(server_default=text("true"))
    reliability: Mapped[Small | None]
    validity: Mapped[Small | None]
    mapping_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.mapping.id"))
    list_date: Mapped[date | None] = mapped_column(Date)


class RunFile(Labelled, Base):
    """One file of a run, named without its folder, with its hash and counts."""

    __tablename__ = "run_file"
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    ordinal: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    bytes: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    table_head: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Quarantine(Labelled, Base):
    """A row that was kept aside, with the reason; `raw` as it stood in the file, where that can be told."""

    __tablename__ = "quarantine"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    file: Mapped[str]
    line: Mapped[int] = mapped_column(BigInteger)
    column: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]
    raw: Mapped[str | None]
    is_cut: Mapped[bool] = mapped_column(server_default=text("false"))


class DataVersion(Labelled, Base):
    """Counts up when a run changes what one layer shows in one region and year.

    `region` is the base cell (H3 resolution 0, bits 45-51 of the index), -1 for what has no place. `version` is the run
    that changed it last; `published` the number of that publication, from a sequence under the lock of publications: a
    run that began earlier may well publish later.
    """

    __tablename__ = "data_version"
    layer: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[Small] = mapped_column(ForeignKey(f"{SCHEMA}.label.id"), primary_key=True)
    region: Mapped[Small] = mapped_column(primary_key=True)
    year: Mapped[Small] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    published: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class RollUp(Labelled, Base):
    """Single events counted per cell and period, in packed chunks, the label in the key.

    `level`: 7 by day, or 3 by year (H3 resolution of the cells; an event known less finely stands on its own, coarser
    cell); `substance_id` 0 is any substance; `region`: the last range key of the resolution-1 cell around the entries.
    `days`, `cells`, `n`, `kilograms`: `entries` numbers each, big-endian int32, int64, int32 and float64; by year
    there are no days. `total` is the sum of `n`. Labels are those of events, where they are checked.
    """

    __tablename__ = "event_rollup"
    kind: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Small] = mapped_column(primary_key=True)
    substance_id: Mapped[Small] = mapped_column(primary_key=True)
    year: Mapped[Small] = mapped_column(primary_key=True)
    region: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    label_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    entries: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    days: Mapped[bytes] = mapped_column(LargeBinary)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    n: Mapped[bytes] = mapped_column(LargeBinary)
    kilograms: Mapped[bytes] = mapped_column(LargeBinary)


class OverdoseRelease(Labelled, Base):
    """One release of suppressed overdose counts; it is never changed, only withdrawn as a whole by an operator."""

    __tablename__ = "overdose_release"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    released_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    persons: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]


class OverdoseReleased(Labelled, Base):
    """The release that holds a person: at most one. Health data, as the person's record is."""

    __tablename__ = "overdose_released"
    overdose_id: Mapped[UUID] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey(OverdoseRelease.id, ondelete="CASCADE"), index=True)


class OverdoseAtom(Labelled, Base):
    """Suppressed overdose counts: disjoint atoms of at least k persons (`geo.suppression.Atoms`)."""

    __tablename__ = "overdose_atom"
    __table_args__ = (Index("ix_overdose_atom_key", "cell_key"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey(OverdoseRelease.id, ondelete="CASCADE"), index=True)
    cell: Mapped[int] = mapped_column(BigInteger)
    cell_key: Mapped[int] = mapped_column(BigInteger)
    first_month: Mapped[int]
    n_months: Mapped[int]
    known: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(BigInteger)


class Planted(Base):
    """Planted truth of the exercise world: for tests and scoring, no reader of the product sees it."""

    __tablename__ = "planted"
    __table_args__ = ({"schema": TRUTH},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    subjects: Mapped[list[str]] = mapped_column(JSONB)
    truth: Mapped[dict[str, Any]] = mapped_column(JSONB)
