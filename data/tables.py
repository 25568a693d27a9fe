"""Columns that many tables share, and the metadata that all models hang on."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import REAL, BigInteger, DateTime, Double, ForeignKey, MetaData, SmallInteger, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "watchfloor"
SEALED = "sealed"
TRUTH = "truth"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Small = Annotated[int, mapped_column(SmallInteger)]
Big = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """Declarative base of the product's schema."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)


class Labelled:
    """A protected row: the row policy reads `label_id` and nothing else decides."""

    label_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey(f"{SCHEMA}.label.id"))


class Sourced(Labelled):
    """A row that came in by a run; `run` leads to source, licence, file and hash."""

    run_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.run.id"))


class Recorded(Sourced):
    """A versioned fact: `recorded_from` and `recorded_to` say when the store held it for true."""

    recorded_from: Mapped[Moment] = mapped_column(primary_key=True, server_default=text("now()"))
    recorded_to: Mapped[Moment] = mapped_column(server_default=text("'infinity'"))


class Fact(Recorded):
    """A versioned fact with an identity derived from its source's own key, and a grading.

    `reliability` (of the source) and `validity` (of the content) are codes of `geo.grading`;
    `content` is a digest of all that the source said, by which a changed record is known.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reliability: Mapped[Small] = mapped_column(server_default=text("4"))
    validity: Mapped[Small] = mapped_column(server_default=text("4"))
    content: Mapped[UUID]


class Placed:
    """Where, and how well that is known.

    `cell` is the H3 cell at the finest admissible resolution, `cell_key` its range key
    (`geo.cells.range_key`): all that lies in a parent cell is one contiguous range of keys.
    """

    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    uncertainty_m: Mapped[float | None] = mapped_column(REAL)
    place_precision: Mapped[Small]
    cell: Mapped[Big | None]
    cell_key: Mapped[Big | None]
