"""The newest positions, answered once for each change to all who may see the same; each view is audited once."""

from functools import cached_property
from time import monotonic

from watchfloor.data.answering import Answering, Asker
from watchfloor.data.cache import AnswerCache
from watchfloor.data.door import Asked
from watchfloor.data.questions.newest_positions import newest_positions
from watchfloor.geo.newest import NewestPositions

# of answers that are void within a second: they shall not push out those that last
CACHE_BYTES = 16 * 2**20


class LiveAnswering(Answering):
    """Answers about what has just been heard."""

    @cached_property
    def _newest(self) -> AnswerCache:
        return AnswerCache(CACHE_BYTES)

    def live_change(self, asker: Asker) -> int:
        """A number that grows when positions that the asker may see may have changed, and for no others."""
        return self._notices.live(self.scope(asker).labels)

    def newest_positions(self, asker: Asker) -> NewestPositions:
        """Where each craft was heard last, of the newest minutes until now. Raises NotSignedIn, StoreUnavailable.

        Ages are those of the reading, which may be long ago: nothing is read anew while nothing changes.
        """
        asker = self.settled(asker)
        change, asked = self.live_change(asker), Asked("view", {"layer": "live"}, asker.view_id)
        answer = self.kept_single(asker, asked, change, lambda c: newest_positions(c, change), self._newest)
        self._audit(asker, asked)
        return answer.still(monotonic())
