"""Where rows come from: sources, runs, files, quarantine, and the versions of what is drawn."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, LargeBinary, text
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
    """One intake: what was read, from where, by whom, with what result."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    format: Mapped[str]
    source_id: Mapped[Small | None] = mapped_column(ForeignKey(Source.id))
    started_by: Mapped[str]
    started_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[Moment | None]
    status: Mapped[str] = mapped_column(server_default=text("'running'"))
    error: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    read: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    loaded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    superseded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    notes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class RunFile(Labelled, Base):
    """One file of a run, named without its folder, with its hash and counts."""

    __tablename__ = "run_file"
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    ordinal: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    bytes: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Quarantine(Labelled, Base):
    """A row that was kept aside, with the reason; nothing is lost."""

    __tablename__ = "quarantine"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    file: Mapped[str]
    line: Mapped[int] = mapped_column(BigInteger)
    column: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]


class DataVersion(Labelled, Base):
    """Counts up when a run changes what one layer shows in one region and year.

    `region` is the base cell (H3 resolution 0, bits 45-51 of the index), -1 for what has no place.
    """

    __tablename__ = "data_version"
    layer: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[Small] = mapped_column(ForeignKey(f"{SCHEMA}.label.id"), primary_key=True)
    region: Mapped[Small] = mapped_column(primary_key=True)
    year: Mapped[Small] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))


class RollUp(Labelled, Base):
    """Single events per cell and period, the label in the key.

    `level`: H3 resolution of the roll-up (an event known less finely stands on its own, coarser cell);
    `grain`: 'd', 'm' or 'y'; `starts` the period's first day; `substance_id` 0 is any substance.
    """

    __tablename__ = "event_rollup"
    # both indexes hold all that the map asks, so that no page of the table itself is read
    __table_args__ = (
        Index(
            "ix_event_rollup_key",
            "kind",
            "level",
            "grain",
            "substance_id",
            "cell_key",
            postgresql_include=["starts", "cell", "label_id", "n", "kilograms"],
        ),
        Index(
            "ix_event_rollup_starts",
            "kind",
            "level",
            "grain",
            "substance_id",
            "starts",
            postgresql_include=["cell", "label_id", "n", "kilograms"],
        ),
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Small] = mapped_column(primary_key=True)
    grain: Mapped[str] = mapped_column(primary_key=True)
    substance_id: Mapped[Small] = mapped_column(primary_key=True)
    starts: Mapped[date] = mapped_column(Date, primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    label_id: Mapped[Small] = mapped_column(ForeignKey(f"{SCHEMA}.label.id"), primary_key=True)
    cell_key: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(BigInteger)
    kilograms: Mapped[float]
    litres: Mapped[float]
    dosage_units: Mapped[float]


class OverdoseAtom(Labelled, Base):
    """Suppressed overdose counts: disjoint atoms of at least k persons (`geo.suppression.Atoms`)."""

    __tablename__ = "overdose_atom"
    __table_args__ = (Index("ix_overdose_atom_key", "cell_key"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
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
