"""Answers about what a question may be narrowed to."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address
from watchfloor.data.answering import Answering, Asker
from watchfloor.data.facet_shelf import FacetShelf
from watchfloor.data.questions.facet_reading import facet_columns
from watchfloor.data.questions.facet_texts import FacetTexts, facet_texts, texts_fit
from watchfloor.data.questions.facets import seizure_facets
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.geo.facets import Facets
from watchfloor.geo.query import Measured, Query


class FacetAnswering(Answering):
    """Counts of what each condition leaves, kept as views are; what they are counted of is kept beside them."""

    def __init__(self, address: Address, tracks: TrackShelf | None = None) -> None:
        super().__init__(address, tracks)
        self._facets = FacetShelf()

    def seizure_facets(self, asker: Asker, query: Query) -> Facets:
        """How many single seizures of the period each condition leaves; place, measure and resolution do not matter."""
        query = replace(query.everywhere(), resolution=0, measured=Measured.COUNT)
        # read before the connection is opened: what is newer than its version is read again, never the other way
        asker = self.settled(asker)
        scope, versions = self.scope(asker), self.versions(asker)

        def read(connection: psycopg.Connection[TupleRow]) -> Facets:
            columns = self._facets.columns(scope.key, versions, query, partial(facet_columns, connection))

            def texts() -> Sequence[FacetTexts] | None:
                if not texts_fit(connection):
                    return None
                return self._facets.texts(scope.key, versions, query, partial(facet_texts, connection))

            return seizure_facets(connection, query, columns, texts)

        return self.viewed(asker, query, "seizure_facets", read)
