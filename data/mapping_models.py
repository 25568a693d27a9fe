"""Mappings that agencies keep, by name and version."""

from sqlalchemy import ForeignKey, Identity, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.tables import SCHEMA, Base, Labelled, Moment, Small


class MappingVersion(Labelled, Base):
    """One version of a mapping: it is never changed, only retired (the grants see to that).

    `columns` are those that the mapping names; `fingerprint` is of all columns of the table that it was made for
    (`data.mappings_fit.fingerprint`). Names belong to the owner agency: two agencies may use the same one.
    """

    __tablename__ = "mapping"
    __table_args__ = (UniqueConstraint("owner_id", "name", "version"),)
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    owner_id: Mapped[Small] = mapped_column(ForeignKey(f"{SCHEMA}.agency.id"))
    name: Mapped[str]
    version: Mapped[int]
    toml: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[str]
    made_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    retired_by: Mapped[str | None]
    retired_at: Mapped[Moment | None]
