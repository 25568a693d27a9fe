"""The operator's list of partners' addresses: nothing else is ever asked, and only the server asks.

A TOML file of tables `[[address]]`; docs/partner-layers.md says what each key means.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from watchfloor.data.ingest.written_label import parse_label
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadInput
from watchfloor.geo.kept import one_line
from watchfloor.geo.partner_layers import COLOURS
from watchfloor.geo.scope import Label

MOST_ADDRESSES: Final = 100
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TITLES: Final = {
    "wms": "WMS", "wmts": "WMTS", "ogc-tiles": "OGC API Tiles", "ogc-features": "OGC API Features",
}  # fmt: skip


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name is small letters, digits and dashes, at most 40")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ValueError("an address is http:// or https://, a host and a path, without name and password")
    return text


def _line(text: str) -> str:
    return one_line(text, "it") if text.strip() else ""


def _label(text: str) -> str:
    parse_label(text)
    return text


def _colour(text: str) -> str:
    if text not in COLOURS:
        raise ValueError(f"colours are {', '.join(COLOURS)}")
    return text


class PartnerAddress(BaseModel):
    """One service of a partner. layer: what the service calls it. style, colour: of pictures, of features."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_name)]
    title: Annotated[str, AfterValidator(_line)] = Field(min_length=1)
    kind: Literal["wms", "wmts", "ogc-tiles", "ogc-features"]
    url: Annotated[str, AfterValidator(_address)]
    layer: str = Field(min_length=1, max_length=300)
    label: Annotated[str, AfterValidator(_label)]
    attribution: Annotated[str, AfterValidator(_line)] = ""
    max_age_minutes: int = Field(1440, ge=1, le=525_600)
    style: str = Field("", max_length=200)
    wms_version: Literal["1.1.1", "1.3.0"] = "1.3.0"
    colour: Annotated[str, AfterValidator(_colour)] = "sky"

    @property
    def code(self) -> str:
        """How links and tiles name it."""
        return f"{'items' if self.kind == 'ogc-features' else 'map'}-{self.name}"

    @property
    def what(self) -> str:
        """The kind as people write it."""
        return _TITLES[self.kind]

    @property
    def origin(self) -> tuple[str, str]:
        """Scheme and host with port, in small letters: all that may be asked for it."""
        return origin_of(self.url)

    @property
    def spec(self) -> LabelSpec:
        """Who may see it."""
        return parse_label(self.label)

    def label_of(self, seen: list[Label]) -> Label | None:
        """Its label among those that somebody sees."""
        return next((label for label in seen if spec_of(label) == self.spec), None)


def origin_of(url: str) -> tuple[str, str]:
    """Scheme and host with port of an address."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def read_addresses(path: Path) -> tuple[PartnerAddress, ...]:
    """The list in a file. Raises BadInput, which says which address is wrong and why."""
    try:
        text = path.read_text("utf-8")
        given = tomllib.loads(text).get("address", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path.name}: the list of partners' addresses cannot be read: {error}") from error
    if not isinstance(given, list) or len(given) > MOST_ADDRESSES:
        raise BadInput(f"{path.name}: at most {MOST_ADDRESSES} tables [[address]] are read")
    found = tuple(_read(path.name, number, one) for number, one in enumerate(given, 1))
    names = [address.name for address in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"{path.name}: the name {twice[0]!r} stands twice")
    return found


def _read(file: str, number: int, given: object) -> PartnerAddress:
    try:
        return PartnerAddress.model_validate(given)
    except (ValidationError, BadInput) as error:
        said = error.errors()[0] if isinstance(error, ValidationError) else None
        place = ".".join(str(part) for part in said["loc"]) if said else ""
        message = str(said["msg"]).removeprefix("Value error, ") if said else str(error)
        raise BadInput(f"{file}: address {number}{f', {place}' if place else ''}: {message[:300]}") from None


def spec_of(label: Label) -> LabelSpec:
    """A label as it is written."""
    return LabelSpec(label.owner, label.tlp, label.tier, label.compartment, label.releasable_to)
