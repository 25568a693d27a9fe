"""What is known: places, single events, reported aggregates, fixes and routes."""

from datetime import date
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import REAL, BigInteger, Date, Double, ForeignKey, Identity, Index, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.intake_models import Source
from watchfloor.data.tables import SCHEMA, Base, Fact, Labelled, Moment, Placed, Recorded, Small, Sourced

CURRENT = text("recorded_to = 'infinity'")
SUPERSEDED = text("recorded_to < 'infinity'")


class Substance(Base):
    """Controlled vocabulary of substances; `code` is stable, `bit` numbers it in bit masks."""

    __tablename__ = "substance"
    id: Mapped[Small] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))


class Measure(Base):
    """What a reported aggregate measures, and whether its values may be added up."""

    __tablename__ = "measure"
    id: Mapped[Small] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    layer: Mapped[str]
    title: Mapped[str]
    unit: Mapped[str]
    amount_unit: Mapped[str | None]
    is_additive: Mapped[bool]


class Place(Sourced, Base):
    """A named place or area of the gazetteer, of a port list or of a boundary file."""

    __tablename__ = "place"
    __table_args__ = (
        Index("uq_place_code", "kind", "code", "label_id", unique=True),
        Index("ix_place_geom", "geom", postgresql_using="gist"),
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    country: Mapped[str | None]
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    uncertainty_m: Mapped[float | None] = mapped_column(REAL)
    cell: Mapped[int | None] = mapped_column(BigInteger)
    cell_key: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    geom: Mapped[Any | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))


class Event(Fact, Placed, Base):
    """A single event: a seizure, a crossing, a meeting, an arrest.

    Its keys, its items' and those of positions are checked once a statement (`check_event`), as `Reported` says.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("uq_event_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_event_key", "kind", "cell_key", postgresql_where=CURRENT),
        Index("ix_event_starts", "kind", "starts", postgresql_where=CURRENT),
        Index("ix_event_key_ended", "kind", "cell_key", postgresql_where=SUPERSEDED),
        Index("ix_event_recorded", "recorded_from", postgresql_using="brin"),
    )
    run_id: Mapped[int] = mapped_column()
    label_id: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    title: Mapped[str]
    starts: Mapped[Moment]
    ends: Mapped[Moment | None]
    time_precision: Mapped[Small]
    place_name: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class SeizureItem(Recorded, Base):
    """One substance taken at one seizure: normalised, the original kept."""

    __tablename__ = "seizure_item"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    substance_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column()
    label_id: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[float | None]
    unit: Mapped[str | None]
    original: Mapped[str | None]


class Overdose(Fact, Placed, Base):
    """A single overdose: health data, shown singly only under the health right."""

    __tablename__ = "overdose"
    __table_args__ = (
        Index("uq_overdose_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_overdose_key", "cell_key", postgresql_where=CURRENT),
        Index("ix_overdose_day", "day", postgresql_where=CURRENT),
        Index("ix_overdose_key_ended", "cell_key", postgresql_where=SUPERSEDED),
        Index("ix_overdose_recorded", "recorded_from", postgresql_using="brin"),
    )
    day: Mapped[date] = mapped_column(Date)
    time_precision: Mapped[Small]
    is_fatal: Mapped[bool]
    place_name: Mapped[str | None]
    substances: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Series(Labelled, Base):
    """What a reported value belongs to: source, measure, area, substance and further dimensions."""

    __tablename__ = "series"
    __table_args__ = (
        Index(
            "uq_series",
            "source_id",
            "measure_id",
            text("coalesce(place_id, 0)"),
            text("coalesce(substance_id, 0)"),
            "dimensions",
            "label_id",
            unique=True,
        ),
        Index("ix_series_place", "place_id"),
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source_id: Mapped[Small] = mapped_column(ForeignKey(Source.id))
    measure_id: Mapped[Small] = mapped_column(ForeignKey(Measure.id))
    place_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))
    substance_id: Mapped[Small | None] = mapped_column(ForeignKey(Substance.id))
    dimensions: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Reported(Recorded, Base):
    """One reported aggregate: a value for a period; `amount` a normalised sum beside a count.

    Its keys are checked once a statement, by `check_reported`, and not once a row: three foreign keys took
    more than half of the time of a load.
    """

    __tablename__ = "reported"
    __table_args__ = (
        Index("uq_reported_current", "series_id", "starts", unique=True, postgresql_where=CURRENT),
        Index("ix_reported_starts", "starts", postgresql_where=CURRENT),
    )
    series_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column()
    label_id: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[date] = mapped_column(Date, primary_key=True)
    ends: Mapped[date] = mapped_column(Date)
    value: Mapped[float]
    amount: Mapped[float | None]
    original: Mapped[float | None]
    footnote: Mapped[str | None]


class Craft(Sourced, Base):
    """A vessel or an aircraft as it names itself in its transmissions; never a suspect by itself."""

    __tablename__ = "craft"
    __table_args__ = (Index("uq_craft", "kind", "identifier", "label_id", unique=True),)
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    identifier: Mapped[str]
    name: Mapped[str | None]
    category: Mapped[str]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    entity_id: Mapped[UUID | None]


class CraftIdentity(Sourced, Base):
    """What a craft said who it is, in one run: its number, name, call sign, IMO number, flag or owner.

    heard_from, heard_to: when it was first and last heard to say so; null where the source does not tell. identity: the
    key of an exact identifier (`geo.identifiers.identity_key`), null of what names no single object.
    """

    __tablename__ = "craft_identity"
    __table_args__ = (Index("ix_craft_identity_identity", "identity"), Index("ix_craft_identity_run_id", "run_id"))
    craft_id: Mapped[int] = mapped_column(ForeignKey(Craft.id), primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.run.id"), primary_key=True, autoincrement=False)
    aspect: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    heard_from: Mapped[Moment | None]
    heard_to: Mapped[Moment | None]
    identity: Mapped[UUID | None]


class Fix(Sourced, Base):
    """One position of one craft; `flags` marks what cleaning found (0: nothing).

    Positions of one UTC day lie in a table of their own, `fix_YYYYMMDD`, which data/sql/fix_days.sql makes when a run
    first loads into that day. Nobody but the owner may name that table: all go through this one and its policies.
    """

    __tablename__ = "fix"
    __table_args__ = (
        Index("ix_fix_key", "cell_key"),
        Index("ix_fix_at", "at", postgresql_using="brin"),
        {"postgresql_partition_by": "RANGE (at)"},
    )
    craft_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column()
    label_id: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[Moment] = mapped_column(primary_key=True)
    lon: Mapped[float] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    cell_key: Mapped[int] = mapped_column(BigInteger)
    speed_kn: Mapped[float | None] = mapped_column(REAL)
    course_deg: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    flags: Mapped[Small] = mapped_column(server_default=text("0"))


class TrackDay(Labelled, Base):
    """How many fixes a label has of one UTC day: what derived tracks of that day are made from, and of which version.

    version: microseconds since 1970, greater after every change of those fixes or of the category of their craft; it
    is never given out twice, not even by a store that was restored. A day whose fixes all went stays, with none.
    """

    __tablename__ = "track_day"
    label_id: Mapped[int] = mapped_column(
        SmallInteger, ForeignKey(f"{SCHEMA}.label.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    n_fixes: Mapped[int] = mapped_column(BigInteger)


class Route(Sourced, Base):
    """Derived flow between two places in one month, from tracks and from linked seizures."""

    __tablename__ = "route"
    __table_args__ = (Index("ix_route_month", "month"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    from_place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    to_place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    month: Mapped[date] = mapped_column(Date)
    n_tracks: Mapped[int]
    n_seizures: Mapped[int]
    kilograms: Mapped[float]
    evidence: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
