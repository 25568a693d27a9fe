"""How many positions among pieces are vessels' on land: as their marks say, which pieces do not keep."""

from typing import Final

from watchfloor.geo.compiled import compiled
from watchfloor.geo.inland import ZOOM, Bits, inland_bits, is_inland
from watchfloor.geo.track_marks import AIRCRAFT
from watchfloor.geo.track_pieces import AT_FIX, BIN_ZOOM, CATEGORY, MARKED, Pieces

_COARSER: Final = BIN_ZOOM - ZOOM


def on_land_among(made_of: Pieces) -> int:
    """Positions of vessels on land, which are drawn like others."""
    return int(_on_land(made_of, inland_bits()))


@compiled
def _on_land(made_of: Pieces, bits: Bits) -> int:
    n = 0
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & AT_FIX and not kind & MARKED and kind & CATEGORY != AIRCRAFT:
            row, column = int(made_of.bins[i] >> BIN_ZOOM), int(made_of.bins[i] & ((1 << BIN_ZOOM) - 1))
            n += is_inland(bits, (row >> _COARSER) << ZOOM | column >> _COARSER)
    return n
