"""Questions about a selection: what is in it, what that leads to, its records page by page; each is audited."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from watchfloor.data.answering import Answering, Asker, Connection, as_known
from watchfloor.data.door import Asked
from watchfloor.data.questions.selected import Ranges, Selected, selected, selected_behind
from watchfloor.data.questions.selected_evidence import evidence_of, leads_of
from watchfloor.data.questions.selected_pages import Texts, needs_texts, page_of, texts_of
from watchfloor.data.questions.selected_parts import parts_of, tally_of
from watchfloor.geo.brief import Parts, Tally
from watchfloor.geo.evidence import Evidence, LeadsTo, Page, Paging
from watchfloor.geo.period import EARLIEST, Period
from watchfloor.geo.query import Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot

MOST_WRITTEN = 400


class SelectionAnswering(Answering):
    """Answers about selections.

    The columns of a selection are kept for all who may see the same; what a page shows of them is read anew.
    """

    def evidence(self, asker: Asker, query: Query, selection: Selection) -> Evidence:
        """What is in a selection; audited each time. Raises BadQuestion."""
        return self._told(
            asker, query, selection, "totals", lambda connection, found: evidence_of(connection, query, found)
        )

    def evidence_leads(self, asker: Asker, query: Query, selection: Selection) -> LeadsTo:
        """Entities, cases and deconfliction that the records of a selection lead to; audited each time."""
        return self._told(
            asker, query, selection, "leads", lambda connection, found: leads_of(connection, found, query.known_at)
        )

    def evidence_parts(self, asker: Asker, query: Query, selection: Selection) -> Parts:
        """The records of a selection by substance, place and source; audited each time."""
        return self._told(
            asker, query, selection, "parts", lambda connection, found: parts_of(connection, query, found)
        )

    def evidence_tally(self, asker: Asker, query: Query, selection: Selection) -> Tally:
        """What lies in a selection in the period, day by day; audited each time."""
        return self._told(
            asker, query, selection, "tally", lambda connection, found: tally_of(connection, query, found)
        )

    def _told[Told](
        self, asker: Asker, query: Query, selection: Selection, what: str, tell: Callable[[Connection, Selected], Told]
    ) -> Told:
        asked = self._selecting(asker, query, selection, what)
        found = self._selected(asker, query, selection)
        return self.single(asker, asked, lambda connection: tell(connection, found))

    def evidence_page(self, asker: Asker, query: Query, selection: Selection, paging: Paging) -> Page:
        """Records of a selection, sorted and looked through; audited each time. Raises BadQuestion."""
        asked = self._selecting(
            asker, query, selection, f"rows from {paging.offset} by {paging.sort} {paging.text}"[:200]
        )
        found = self._selected(asker, query, selection)
        texts = self._texts(asker, query, selection, found) if needs_texts(paging) else None
        return self.single(asker, asked, lambda connection: page_of(connection, found, texts, paging, query.known_at))

    def _records_behind(
        self, asker: Asker, query: Query, spot: Spot, paging: Paging, *, counted: tuple[Ranges, pl.DataFrame | None]
    ) -> Page:
        as_known(query.known_at)
        said = {
            "spot": f"{spot.kind}:{spot.name}"[:200],
            "of": f"rows from {paging.offset} by {paging.sort} {paging.text}",
        }
        asked = Asked("record", query.subject() | said, asker.view_id)

        def read(connection: Connection) -> Selected:
            return selected_behind(connection, query, *counted)

        key = (f"behind {spot}", self.version(asker, query), query.digest())
        found = self.kept_single(asker, asked, key, read)

        def page(connection: Connection) -> Page:
            texts = texts_of(connection, found, query.known_at) if needs_texts(paging) else None
            return page_of(connection, found, texts, paging, query.known_at)

        return self.single(asker, asked, page)

    def _selected(self, asker: Asker, query: Query, selection: Selection) -> Selected:
        return self._columns(asker, query, selection, "records", lambda c: selected(c, query, selection))

    def _texts(self, asker: Asker, query: Query, selection: Selection, found: Selected) -> Texts:
        return self._columns(asker, query, selection, "texts", lambda c: texts_of(c, found, query.known_at))

    def _columns[Columns](
        self, asker: Asker, query: Query, selection: Selection, name: str, read: Callable[[Connection], Columns]
    ) -> Columns:
        asker, asked = self.settled(asker), self._selecting(asker, query, selection, name)
        # earlier windows are read as well
        whole = replace(query, period=Period(EARLIEST, query.period.until))
        key = (f"selected {name}", self.version(asker, whole), query.digest(), selection.name)
        return self.kept_single(asker, asked, key, read)

    @staticmethod
    def _selecting(asker: Asker, query: Query, selection: Selection, what: str) -> Asked:
        as_known(query.known_at)
        return Asked(
            "record", query.subject() | {"selection": selection.name[:MOST_WRITTEN], "of": what}, asker.view_id
        )
