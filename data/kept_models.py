"""What people keep: areas, views, notes, tasks, members, files; who looked at what; what was handed on.

These are the only tables that pages write. Who wrote and when is set by the store (`data/sql/kept.sql`), never told.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.fact_models import CURRENT
from watchfloor.data.tables import Base, Labelled, Moment

KINDS = "'area', 'view', 'selection', 'note', 'annotation', 'task', 'attachment', 'alert', 'member'"
ABOUT = "'case', 'entity', 'place', 'kept'"
MOST_BODY = 262_144
MOST_BYTES = 20 * 2**20


class KeptRow(Labelled, Base):
    """One version of a kept thing; a change ends it and adds the next, so that nothing is overwritten.

    is_private: its author alone sees it. about_kind, about_id: the record that it is about; who may not see that record
    sees nothing of what was kept about it. body: what its kind holds (`geo.kept_bodies`).
    """

    __tablename__ = "kept"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(f"about_kind IN ({ABOUT})", name="about_kind"),
        CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="about"),
        CheckConstraint("length(about_id) <= 40", name="about_id"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint(f"octet_length(body::text) <= {MOST_BODY}", name="body"),
        Index("uq_kept_current", "id", unique=True, postgresql_where=CURRENT),
        Index("ix_kept_kind", "kind", postgresql_where=CURRENT),
        Index("ix_kept_about", "about_kind", "about_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    author: Mapped[str]
    is_private: Mapped[bool]
    about_kind: Mapped[str | None]
    about_id: Mapped[str | None]
    name: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_from: Mapped[Moment] = mapped_column(server_default=text("now()"))
    recorded_to: Mapped[Moment] = mapped_column(server_default=text("'infinity'"))
    ended_by: Mapped[str | None]


class KeptBytes(Labelled, Base):
    """The content of an attachment, under its label; the store itself compares the hash."""

    __tablename__ = "kept_bytes"
    __table_args__ = (
        CheckConstraint("sha256 = sha256(content)", name="sha256"),
        CheckConstraint(f"octet_length(content) BETWEEN 1 AND {MOST_BYTES}", name="content"),
    )
    kept_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Look(Base):
    """When somebody last looked at a record: theirs alone to read."""

    __tablename__ = "look"
    __table_args__ = (
        CheckConstraint(f"about_kind IN ({ABOUT})", name="about_kind"),
        CheckConstraint("length(about_id) <= 40", name="about_id"),
    )
    who: Mapped[str] = mapped_column(primary_key=True)
    about_kind: Mapped[str] = mapped_column(primary_key=True)
    about_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment] = mapped_column(primary_key=True, server_default=text("now()"))


class Dissemination(Base):
    """One export that was handed on: who, when, of what question, under which marking, to whom.

    labels: every label of the rows that went out; only who sees them all reads the record. counts: as the export says
    them. sha256, size: of the file. given_to: an agency or a person, as it was written; empty if it stayed.
    """

    __tablename__ = "dissemination"
    __table_args__ = (
        CheckConstraint("cardinality(labels) > 0", name="labels"),
        CheckConstraint("length(given_to) <= 200 AND length(name) <= 200", name="texts"),
        CheckConstraint("octet_length(question::text) + octet_length(counts::text) <= 65536", name="question"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        Index("ix_dissemination_at", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    who: Mapped[str]
    agency: Mapped[str | None]
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    marking: Mapped[str]
    labels: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    format: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    given_to: Mapped[str]
