"""Layers of partners: what others drew, shown beside the facts for reference and never counted among them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Keeper
from watchfloor.geo.scope import Label

# codes of colours; what each looks like stands in `layers.partner`
COLOURS: Final = ("sky", "orange", "green", "yellow", "blue", "red", "purple", "grey")
MOST_FEATURES: Final = 200_000
MOST_CORNERS: Final = 5_000_000
MOST_FILE_BYTES: Final = 200 * 2**20
MOST_SHOWN: Final = 12
"""Layers of partners that are on at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLayer:
    """What a person chose for a layer, and what was found in the file.

    set_aside: features that were of no use. notes: why, and what else was noticed, as sentences. box: west, south,
    east, north in degrees.
    """

    name: str
    colour: str
    file: str
    format: str
    sha256: bytes
    size: int
    n: int
    set_aside: int
    notes: tuple[str, ...]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDraft(FileLayer):
    """A layer to be kept; label: its number. Raises BadQuestion for a colour that is none."""

    label: int

    def __post_init__(self) -> None:
        check_colour(self.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLayer(FileLayer):
    """A layer of a file, as a reader sees it.

    author: an account; keeper: who is behind it. may_remove: whether the reader added it, or operates the store.
    """

    id: UUID
    author: str
    at: datetime
    may_remove: bool
    label: Label
    keeper: Keeper | None = None

    @property
    def code(self) -> str:
        """How links and tiles name it."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class PartnerFeature:
    """One feature, as its file describes it: all of it is text from outside."""

    layer: str
    number: int
    properties: tuple[tuple[str, str], ...] = field(default=())

    @property
    def title(self) -> str:
        """What the file calls it, if it calls it anything."""
        known = {name.lower(): value for name, value in reversed(self.properties)}
        for name in _TITLES:
            if known.get(name, "").strip():
                return known[name].strip()
        return f"Feature {self.number:,}"


_TITLES: Final = ("name", "title", "label", "nom", "nombre", "code", "id")


def check_colour(colour: str) -> None:
    """Raises BadQuestion for a colour that is none of ours."""
    if colour not in COLOURS:
        raise BadQuestion(f"there is no colour {colour[:20]!r}; there are: {', '.join(COLOURS)}")
