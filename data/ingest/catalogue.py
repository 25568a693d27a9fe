"""All source formats by name: a new one is its module and one line here."""

from watchfloor.data.ingest import (
    ais_marinecadastre,
    boundaries,
    bts_crossings,
    cbp_drugs,
    ct_overdose,
    world_port_index,
)
from watchfloor.data.ingest.format import Format
from watchfloor.geo.errors import BadQuestion

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (cbp_drugs, ct_overdose, bts_crossings, world_port_index, ais_marinecadastre, boundaries)
}  # fmt: skip


def find_format(name: str) -> Format:
    """The format of that name.

    Raises BadQuestion with the names that there are.
    """
    if name not in FORMATS:
        raise BadQuestion(f"there is no format {name!r}; there are: {', '.join(sorted(FORMATS))}")
    return FORMATS[name]
