"""Feeds: watched folders, and how well each is served."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, Double, ForeignKey, Identity, Index, Interval, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.intake_models import Run
from watchfloor.data.tables import Base, Labelled, Moment

_AT = DateTime(timezone=True)


class FeedRow(Labelled, Base):
    """One feed; its files bear its label. A retired one stays, and leaves its name to another.

    is_live: sentences that arrive, and no files; `folder` is their source then, and heard, dropped and malformed count
    lines since it was made.

    every_s: seconds between two looks, null where somebody calls it. errors: attempts in a row that failed.
    last_sha256: of the file of the last attempt, by which a repeated one is known. newest_valid: the newest valid time
    that its files told; newest_file: when the newest of them was last written.
    """

    __tablename__ = "feed"
    __table_args__ = (
        Index("uq_feed_name", "label_id", "name", unique=True, postgresql_where=text("retired_at IS NULL")),
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    format: Mapped[str]
    folder: Mapped[str]
    mapping: Mapped[str | None]
    expected: Mapped[timedelta | None] = mapped_column(Interval())
    every_s: Mapped[float | None] = mapped_column(Double)
    created_by: Mapped[str]
    created_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    retired_by: Mapped[str | None]
    retired_at: Mapped[datetime | None] = mapped_column(_AT)
    looked_at: Mapped[datetime | None] = mapped_column(_AT)
    last_attempt: Mapped[datetime | None] = mapped_column(_AT)
    last_success: Mapped[datetime | None] = mapped_column(_AT)
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None] = mapped_column(_AT)
    errors: Mapped[int] = mapped_column(server_default=text("0"))
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    last_file: Mapped[str | None]
    last_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    newest_valid: Mapped[datetime | None] = mapped_column(_AT)
    newest_file: Mapped[datetime | None] = mapped_column(_AT)
    is_live: Mapped[bool] = mapped_column(server_default=text("false"))
    heard: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    dropped: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    malformed: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
