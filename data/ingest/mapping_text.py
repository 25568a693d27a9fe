"""The text of a mapping, out of a file or kept in the store, and what to call it where something is wrong with it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from watchfloor.geo.errors import BadFile

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class MappingText:
    """TOML, not yet checked; `number` is that of the version in the store, None for a file."""

    name: str
    toml: str
    number: int | None = None

    @property
    def sha256(self) -> str:
        """Digest of the text, hexadecimal."""
        return hashlib.sha256(self.toml.encode()).hexdigest()


def mapping_text(path: Path) -> MappingText:
    """The text of a file. Raises BadFile if it cannot be read, is too large or is not UTF-8."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadFile(f"{path.name}: cannot be read: {error.strerror or error}") from error
    if len(text) > MOST_BYTES:
        raise BadFile(f"{path.name}: is larger than {MOST_BYTES:,} bytes; this is no mapping")
    try:
        return MappingText(path.name, text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}: is not TOML: {error}") from error
