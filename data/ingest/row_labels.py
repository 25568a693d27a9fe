"""Labels of single rows that are marked more strictly than the run that loads them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadInput
from watchfloor.geo.scope import Tlp


@dataclass(frozen=True, slots=True)
class RowLabels:
    """Numbers of labels that differ from the run's own in their TLP alone; `intern` gives a label its number."""

    run: LabelSpec
    intern: Callable[[LabelSpec], int]

    def for_tlp(self, tlp: Tlp) -> int | None:
        """The label of a row so marked; None where the run's own is as strict.

        Raises BadInput if the run's label has no agency that could hold the row.
        """
        if tlp <= self.run.tlp:
            return None
        if self.run.owner == PUBLIC.owner:
            raise BadInput(f"is marked {tlp.title}, which nobody holds under a public label: give --label OWNER/TLP")
        return self.intern(replace(self.run, tlp=tlp))
