"""What each run said, kept so that one run can be taken back as if it had never been."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import (
    REAL,
    BigInteger,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.intake_models import Run
from watchfloor.data.tables import SCHEMA, Base, Labelled, Small


class RunSaid(Labelled, Base):
    """Records that a run found as another run had said them, in parts: what it opened stands in the records.

    Facts: `ids` and the `moments` from which those versions are recorded. Reported values: `numbers` (series), `days`
    (first of the period) and `moments`. Positions: `numbers` (craft) and `moments` (of the position).
    """

    __tablename__ = "run_said"
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    frame: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    numbers: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    days: Mapped[list[date] | None] = mapped_column(ARRAY(Date))
    moments: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))


class FixAside(Labelled, Base):
    """A position that a run gave when the store held another for that craft and moment, given by another run.

    It holds when the runs that stand in its way are taken back. What a run kept aside here it said before what it said
    as others had.
    """

    __tablename__ = "fix_aside"
    __table_args__ = (Index("ix_fix_aside_craft", "craft_id", "at"),)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    craft_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    lon: Mapped[float] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    cell_key: Mapped[int] = mapped_column(BigInteger)
    speed_kn: Mapped[float | None] = mapped_column(REAL)
    course_deg: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    flags: Mapped[Small]


class PlaceSaid(Labelled, Base):
    """What one file of a run told of one place; the place is what all of them told, one after the other."""

    __tablename__ = "place_said"
    __table_args__ = (Index("ix_place_said_place", "kind", "code", "label_id"),)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    file: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(
        SmallInteger, ForeignKey(f"{SCHEMA}.label.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str]
    country: Mapped[str | None]
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    uncertainty_m: Mapped[float | None] = mapped_column(REAL)
    cell: Mapped[int | None] = mapped_column(BigInteger)
    cell_key: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    geom: Mapped[Any | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))


class CraftSaid(Labelled, Base):
    """What one file of a run told of one vessel or aircraft; `entity_key` as the source names its entity."""

    __tablename__ = "craft_said"
    __table_args__ = (Index("ix_craft_said_craft", "kind", "identifier", "label_id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    file: Mapped[Small]
    kind: Mapped[str]
    identifier: Mapped[str]
    name: Mapped[str | None]
    category: Mapped[str]
    attributes: Mapped[str] = mapped_column(Text)
    entity_key: Mapped[str | None]
