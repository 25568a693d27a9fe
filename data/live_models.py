"""The newest positions: where each craft was heard last."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from watchfloor.data.fact_models import Craft
from watchfloor.data.tables import Base, Labelled


class NewestFix(Labelled, Base):
    """The moment of a craft's newest position, by which it is found among all; the position itself stands in `fix`.

    A way to find it and no copy: where the position was taken back there is none.
    """

    __tablename__ = "newest_fix"
    craft_id: Mapped[int] = mapped_column(
        ForeignKey(Craft.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
