"""Layers of partners that people added as files: reference, no facts; no count and no roll-up reads them.

Whose a layer is and when it was added is set by the store (`data/sql/kept.sql`), never told.
"""

from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Double, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.tables import Base, Labelled, Moment


class PartnerLayerRow(Labelled, Base):
    """One layer of one file; removing ends it, and what it was stays known.

    n: features that are shown. set_aside: those of no use; notes say why. box: west, south, east, north in degrees.
    """

    __tablename__ = "partner_layer"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 200 AND length(file) BETWEEN 1 AND 200", name="texts"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("n BETWEEN 1 AND 200000 AND set_aside >= 0", name="n"),
        CheckConstraint("octet_length(notes::text) <= 65536", name="notes"),
        CheckConstraint("cardinality(box) = 4", name="box"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    colour: Mapped[str]
    file: Mapped[str]
    format: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    set_aside: Mapped[int]
    notes: Mapped[list[str]] = mapped_column(JSONB)
    box: Mapped[list[float]] = mapped_column(ARRAY(Double))
    author: Mapped[str]
    recorded_from: Mapped[Moment] = mapped_column(server_default=text("now()"))
    recorded_to: Mapped[Moment] = mapped_column(server_default=text("'infinity'"))
    ended_by: Mapped[str | None]


class PartnerFeatureRow(Labelled, Base):
    """One feature of a layer, under its label. number: its place in the file. properties: names and values as text."""

    __tablename__ = "partner_feature"
    __table_args__ = (CheckConstraint("octet_length(properties::text) <= 65536", name="properties"),)
    layer_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    geom: Mapped[Any] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))
    properties: Mapped[dict[str, str]] = mapped_column(JSONB)
