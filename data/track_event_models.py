"""What craft did, as found in their tracks, and of which version of the positions."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Double, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.fact_models import Craft
from watchfloor.data.tables import SCHEMA, Base, Labelled, Moment


class TrackEvent(Labelled, Base):
    """A gap, stop, loitering, encounter or port visit, under the rules of one preset.

    label_id: the label of the craft's positions; other_label_id: that of the other craft's, in an encounter, else the
    same. Only who sees both sees the event: the row policy asks for both. evidence: the numbers that it was found by.
    version: the newest version of the days that it was worked out from (`track_day`), of its own label. found_at: when
    it was first found; one that is found again as it was keeps it.
    """

    __tablename__ = "track_event"
    __table_args__ = (
        Index("ix_track_event_key", "cell_key"),
        Index("ix_track_event_craft", "craft_id"),
        Index("ix_track_event_other_craft", "other_craft_id"),
        Index("ix_track_event_label", "label_id", "starts"),
        Index("ix_track_event_other_label", "other_label_id", "starts"),
        Index("ix_track_event_found", "found_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    other_label_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey(f"{SCHEMA}.label.id"))
    kind: Mapped[str]
    preset: Mapped[str]
    craft_id: Mapped[int] = mapped_column(ForeignKey(Craft.id, ondelete="CASCADE"))
    other_craft_id: Mapped[int | None] = mapped_column(ForeignKey(Craft.id, ondelete="CASCADE"))
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    lon: Mapped[float] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    cell_key: Mapped[int] = mapped_column(BigInteger)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[Moment] = mapped_column(server_default=text("now()"))


class TrackEventDay(Labelled, Base):
    """The version of the positions from which the events that start on a UTC day were last worked out.

    Below 0: positions of that day were taken back, or changed, and its events with them; they wait to be worked out.
    """

    __tablename__ = "track_event_day"
    label_id: Mapped[int] = mapped_column(
        SmallInteger, ForeignKey(f"{SCHEMA}.label.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
