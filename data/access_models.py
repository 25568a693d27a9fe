"""Who may see what: agencies, labels, principals, entitlements, sign-ins, audit.

What decides or proves access stands in the schema `sealed`, which the login role cannot enter.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.tables import SEALED, Base, Moment, Small


class Agency(Base):
    """An agency that owns records or reads those of others."""

    __tablename__ = "agency"
    id: Mapped[Small] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    watch_phone: Mapped[str | None]


class LabelRow(Base):
    """An interned security label."""

    __tablename__ = "label"
    __table_args__ = (
        CheckConstraint("tlp BETWEEN 0 AND 4", name="tlp"),
        CheckConstraint("tier BETWEEN 0 AND 3", name="tier"),
        CheckConstraint("tlp > 0 OR (tier = 0 AND compartment IS NULL)", name="clear_is_open"),
        Index(
            "uq_label_tuple",
            "owner_id",
            "tlp",
            "tier",
            text("coalesce(compartment, '')"),
            "releasable_to",
            unique=True,
        ),
    )
    id: Mapped[Small] = mapped_column(Identity(), primary_key=True)
    owner_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey(Agency.id))
    tlp: Mapped[Small]
    tier: Mapped[Small]
    compartment: Mapped[str | None]
    releasable_to: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))


class PrincipalRow(Base):
    """A person, a wall display, a service or the public."""

    __tablename__ = "principal"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'wall', 'service', 'public')", name="kind"),
        {"schema": SEALED},
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    display_name: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey(Agency.id))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    password_hash: Mapped[str | None]


class EntitlementRow(Base):
    """One right of one principal, with its dates."""

    __tablename__ = "entitlement"
    __table_args__ = (
        CheckConstraint(
            "entitled_to IN ('tier', 'compartment', 'named', 'health', 'operate', 'audit')",
            name="entitled_to",
        ),
        {"schema": SEALED},
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey(PrincipalRow.id), index=True)
    entitled_to: Mapped[str]
    value: Mapped[str] = mapped_column(server_default=text("''"))
    starts: Mapped[Moment] = mapped_column(server_default=text("now()"))
    ends: Mapped[Moment | None]


class SignIn(Base):
    """A sign-in that the server issued; only the hash of its token is kept.

    `operator`: who made it for the account, if that was somebody at the machine and not the account itself.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("channel <> 'command' OR operator IS NOT NULL", name="command_has_operator"),
        {"schema": SEALED},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey(PrincipalRow.id))
    operator: Mapped[str | None]
    channel: Mapped[str]
    issued_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[Moment]
    seen_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    idle_minutes: Mapped[Small | None]
    revoked_at: Mapped[Moment | None]


class SigningKey(Base):
    """The key under which a scope is signed; only the definer functions read it."""

    __tablename__ = "signing_key"
    __table_args__ = (CheckConstraint("id = 1", name="single"), {"schema": SEALED})
    id: Mapped[Small] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Audit(Base):
    """One row per sign-in, question, view and day of UTC; records, hover, search and exports singly.

    The number of a view comes from an address: by itself it would let one row stand for whatever is asked later.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index(
            "uq_audit_view",
            "principal_id",
            "sign_in_id",
            "question_sha256",
            "view_id",
            text("((at AT TIME ZONE 'UTC')::date)"),
            unique=True,
        ),
        Index("ix_audit_at", "at", postgresql_using="brin"),
        {"schema": SEALED},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[Moment] = mapped_column(server_default=text("clock_timestamp()"))
    principal_id: Mapped[int] = mapped_column(ForeignKey(PrincipalRow.id))
    sign_in_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str]
    question_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    view_id: Mapped[UUID]
