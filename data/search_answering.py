"""Search through the repository: audited each time, never kept."""

from datetime import datetime

from watchfloor.data.answering import Answering, Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.questions.find import FIRST_OF_GROUP, MOST_OF_GROUP, find
from watchfloor.data.questions.sought import MOST_TEXT
from watchfloor.geo.finds import Find


class SearchAnswering(Answering):
    """Answers to search."""

    def find(
        self, asker: Asker, text: str, *, known_at: datetime | None = None, has_more: bool = False
    ) -> tuple[Find, ...]:
        """Records, places and coordinates that a text finds, the best of each group first; has_more: more of each.

        What the asker may not see does not exist: not in number, order or score. known_at: as known at that moment.
        Raises BadQuestion if that is in the future.
        """
        # neither stands in any text of the store, and the audit can hold neither
        text = "".join(sign for sign in text[:MOST_TEXT] if sign != "\x00" and not "\ud800" <= sign <= "\udfff")
        asked = Asked(
            "search", {"text": text} | ({"more": True} if has_more else {}) | as_known(known_at), asker.view_id
        )
        at_most = MOST_OF_GROUP if has_more else FIRST_OF_GROUP
        return self.single(asker, asked, lambda connection: find(connection, text, known_at, at_most))
