"""Answers about what a question may be narrowed to."""

from dataclasses import replace

from watchfloor.data.answering import Answering, Asker
from watchfloor.data.questions.facets import seizure_facets
from watchfloor.geo.facets import Facets
from watchfloor.geo.query import Measured, Query


class FacetAnswering(Answering):
    """Counts of what each condition leaves, kept as views are."""

    def seizure_facets(self, asker: Asker, query: Query) -> Facets:
        """How many single seizures of the period each condition leaves; place, measure and resolution do not matter."""
        query = replace(query.everywhere(), resolution=0, measured=Measured.COUNT)
        return self.viewed(asker, query, "seizure_facets", lambda connection: seizure_facets(connection, query))
