"""Partners' pictures on disk: whole or not at all, each with the moment at which it came, bounded in bytes."""

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from watchfloor.data.partner.addresses import PartnerAddress

MOST_BYTES: Final = 512 * 2**20
_LEFT: Final = 0.8
# a picture that is enlarged more than this shows nothing any more
MOST_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a partner sent last, and when."""

    content: bytes
    at: datetime


class KeptTiles:
    """The folder of one address. Another url, layer or style is another folder: nothing of before passes for it."""

    def __init__(self, root: Path, address: PartnerAddress, most_bytes: int = MOST_BYTES) -> None:
        said = "\n".join((address.kind, address.url, address.layer, address.style))
        self._folder = root / f"{address.name}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
        self._most = most_bytes
        self._size: int | None = None
        self._lock = threading.Lock()

    def get(self, name: str) -> KeptAnswer | None:
        """What is kept under a name such as 3/1/2."""
        path = self._path(name)
        try:
            return KeptAnswer(path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
        except OSError:
            return None

    def put(self, name: str, content: bytes) -> KeptAnswer:
        """Keep it in place of what was there; a full disk keeps nothing and stops nobody."""
        path = self._path(name)
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            os.replace(file.name, path)
            self._bound(len(content))
        return KeptAnswer(content, datetime.now(UTC))

    def nearest(self, name: str) -> str | None:
        """That name or, of tiles, the nearest coarser one that is kept and holds its place; None if there is none."""
        parts = name.split("/")
        if len(parts) != 3:
            return name if self._path(name).exists() else None
        z, x, y = map(int, parts)
        coarser = (f"{z - up}/{x >> up}/{y >> up}" for up in range(min(z, MOST_LEVELS) + 1))
        return next((one for one in coarser if self._path(one).exists()), None)

    def oldest(self, names: Iterable[str]) -> datetime | None:
        """When the oldest of these came; None if none is kept."""
        moments = []
        for name in names:
            with suppress(OSError):
                moments.append(self._path(name).stat().st_mtime)
        return datetime.fromtimestamp(min(moments), UTC) if moments else None

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _bound(self, more: int) -> None:
        """Delete the oldest when all of it grows too large; what came anew is counted twice until then."""
        with self._lock:
            self._size = self._size + more if self._size is not None else None
            if self._size is None or self._size > self._most:
                self._size = self._trimmed()

    def _trimmed(self) -> int:
        """Bytes that are left when no more than there may be are kept, and some room is made if there were."""
        kept = sorted(self._all(), reverse=True)
        held = sum(size for _, size, _ in kept)
        most = held if held <= self._most else self._most * _LEFT
        while held > most:
            _, size, path = kept.pop()
            path.unlink(missing_ok=True)
            held -= size
        return held

    def _all(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.rglob("*"):
            with suppress(OSError):
                if path.is_file():
                    told = path.stat()
                    found.append((told.st_mtime, told.st_size, path))
        return found
