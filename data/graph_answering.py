"""Questions about what is linked to what: each is audited, and none is kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.data.answering import Answering, Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.questions.graph import MOST_NEIGHBOURS, graph_among, graph_around, graph_path
from watchfloor.geo.link_graph import LinkChoice, LinkGraph

ANY_LINK = LinkChoice()
# an audit row names so many records; how many more were asked about stands beside them
MOST_NAMED = 50


class GraphAnswering(Answering):
    """Answers about links, as far as the asker may see a link and both its ends."""

    def graph_around(
        self,
        asker: Asker,
        records: Sequence[UUID],
        choice: LinkChoice = ANY_LINK,
        *,
        at_most: int = MOST_NEIGHBOURS,
        known_at: datetime | None = None,
    ) -> LinkGraph:
        """Records and what they are linked to, at most so many neighbours: entities, events, cases, operations."""
        asked = _asked(asker, "around", records, choice, known_at)
        return self.single(asker, asked, lambda c: graph_around(c, records, choice, known_at, at_most))

    def graph_among(
        self,
        asker: Asker,
        records: Sequence[UUID],
        choice: LinkChoice = ANY_LINK,
        *,
        known_at: datetime | None = None,
    ) -> LinkGraph:
        """Records and the links among them alone."""
        asked = _asked(asker, "among", records, choice, known_at)
        return self.single(asker, asked, lambda c: graph_among(c, records, choice, known_at))

    def graph_path(
        self,
        asker: Asker,
        ends: tuple[UUID, UUID],
        choice: LinkChoice = ANY_LINK,
        *,
        known_at: datetime | None = None,
        nth: int = 0,
    ) -> LinkGraph:
        """The way with the fewest links between two records, or a graph without a path; nth: another as short."""
        asked = _asked(asker, "path", ends, choice, known_at)
        return self.single(asker, asked, lambda c: graph_path(c, ends, choice, known_at, nth))


def _asked(asker: Asker, what: str, records: Sequence[UUID], choice: LinkChoice, known_at: datetime | None) -> Asked:
    named = ",".join(str(one) for one in records[:MOST_NAMED])
    said = {"links": what, "records": named, "n": len(records)} | choice.subject() | as_known(known_at)
    return Asked("record", said, asker.view_id)
