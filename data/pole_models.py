"""POLE: persons, objects and locations, their identifiers and links; cases; deconfliction.

Events stand in their own tables; a link may join any two records by id.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.access_models import Agency
from watchfloor.data.fact_models import CURRENT, SUPERSEDED
from watchfloor.data.tables import Base, Fact, Moment, Placed, Recorded


class Entity(Fact, Placed, Base):
    """A person, an organisation, a typed object or a location; roles stand on links, not here."""

    __tablename__ = "entity"
    __table_args__ = (
        CheckConstraint("pole IN ('person', 'object', 'location')", name="pole"),
        Index("uq_entity_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_entity_key", "cell_key", postgresql_where=CURRENT),
        Index(
            "ix_entity_name",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "public.gin_trgm_ops"},
            postgresql_where=CURRENT,
        ),
    )
    pole: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[Moment | None]
    valid_to: Mapped[Moment | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Identifier(Recorded, Base):
    """A plate, number, name in use or other identifier of an entity, as its source writes it.

    identity: the key of one that names a single object (`geo.identifiers.identity_key`): whoever bears the same is the
    same, as far as a reader may see both; null of a name and of what is no exact identifier.
    """

    __tablename__ = "identifier"
    __table_args__ = (Index("ix_identifier_value", "value"), Index("ix_identifier_identity", "identity"))
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    identity: Mapped[UUID | None]


class Link(Fact, Base):
    """A typed, dated, sourced and graded link between two records; one link per role."""

    __tablename__ = "link"
    __table_args__ = (
        Index("uq_link_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_link_from", "from_id", postgresql_where=CURRENT),
        Index("ix_link_to", "to_id", postgresql_where=CURRENT),
        Index("ix_link_from_ended", "from_id", postgresql_where=SUPERSEDED),
        Index("ix_link_to_ended", "to_id", postgresql_where=SUPERSEDED),
    )
    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    kind: Mapped[str]
    starts: Mapped[Moment | None]
    ends: Mapped[Moment | None]


class CaseFile(Fact, Base):
    """A case of one agency."""

    __tablename__ = "case_file"
    __table_args__ = (Index("uq_case_file_current", "id", unique=True, postgresql_where=CURRENT),)
    number: Mapped[str]
    title: Mapped[str]
    agency_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey(Agency.id))
    status: Mapped[str]
    opened: Mapped[Moment]
    closed: Mapped[Moment | None]
    summary: Mapped[str]


class CaseRecord(Recorded, Base):
    """An entity or event in a case, with its role there."""

    __tablename__ = "case_record"
    __table_args__ = (
        Index("ix_case_record_record", "record_id", postgresql_where=CURRENT),
        Index("ix_case_record_record_ended", "record_id", postgresql_where=SUPERSEDED),
    )
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class CaseMember(Recorded, Base):
    """A member of a case team, by the name of the principal."""

    __tablename__ = "case_member"
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]


class Operation(Fact, Placed, Base):
    """A planned operation: who, what kind, where within which radius, when."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("uq_operation_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_operation_key", "cell_key", postgresql_where=CURRENT),
    )
    agency_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey(Agency.id))
    kind: Mapped[str]
    title: Mapped[str]
    radius_m: Mapped[float]
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    case_id: Mapped[UUID | None]


class Deconfliction(Fact, Base):
    """Deconfliction status of one entity or operation, as the reader's side may know it.

    `other_agency_id` is whom to call; nothing of the other side's case stands here.
    """

    __tablename__ = "deconfliction"
    __table_args__ = (
        CheckConstraint("status IN ('clear', 'possible', 'conflict', 'resolved')", name="status"),
        CheckConstraint("subject IN ('entity', 'operation')", name="subject"),
        Index("uq_deconfliction_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_deconfliction_subject", "subject_id", postgresql_where=CURRENT),
        Index("ix_deconfliction_subject_ended", "subject_id", postgresql_where=SUPERSEDED),
    )
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    status: Mapped[str]
    other_agency_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey(Agency.id))
    overlap: Mapped[str]
    decided_at: Mapped[Moment]
