"""What search finds: texts of records with their keys, and how letters are written in Latin ones."""

from sqlalchemy import BigInteger, Identity, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.tables import Base, Labelled, Moment


class Letter(Base):
    """A letter of any script in small Latin ones."""

    __tablename__ = "letter"
    letter: Mapped[str] = mapped_column(primary_key=True)
    latin: Mapped[str]


class SearchEntry(Labelled, Base):
    """A text by which a record may be found, under the label of the row that it stands in; kept by triggers.

    source and record: what it is of. scheme: which kind of text. folded: as it is compared. is_code: a number or
    plate, found by any fragment, not by its words. keys: what an index finds it by, the label in each, as
    data/sql/search.sql makes them.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("ix_search_entry_record", "record"),
        Index("ix_search_entry_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source: Mapped[str]
    record: Mapped[str]
    scheme: Mapped[str]
    written: Mapped[str]
    folded: Mapped[str]
    is_code: Mapped[bool]
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    recorded_from: Mapped[Moment]
    recorded_to: Mapped[Moment]
