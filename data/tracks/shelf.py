"""Where derived files stand: a folder of this machine, or any file system or object store that fsspec knows.

Files are private to the server's account. One of this machine is mapped into memory as it lies; one from elsewhere is
fetched once into a folder of this machine.
"""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

import fsspec

from watchfloor.data.tracks.manifest import Entry, Key, Manifest
from watchfloor.data.tracks.mapped import mapped
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.track_bucket import Bytes, is_whole, left_out_in, on_land_in

MANIFEST: Final = "manifest.json"
MOST_OPEN: Final = 20_000
# of a file, whose parts are many and small
AT_ONCE: Final = 2**20
# whole or half written; the folder may hold other things, which are none of ours
_OURS: Final = re.compile(rf"(label-\d+/(day|month|year)-[^/]*\.tracks|{re.escape(MANIFEST)})(\.[0-9a-f]{{32}}\.part)?")


class TrackShelf:
    """Derived files under one root; reads are safe from several threads."""

    def __init__(self, root: str, fetched: Path) -> None:
        """root: a folder or an URL of fsspec. fetched: a folder for copies of files that are not of this machine."""
        self.root = root
        self._files, self._base = fsspec.core.url_to_fs(root)
        self.fetched = fetched
        self._open: OrderedDict[str, Bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._manifest = (("", 0), Manifest())

    @property
    def is_local(self) -> bool:
        """Whether the files are of this machine."""
        return "file" in (self._files.protocol if isinstance(self._files.protocol, tuple) else (self._files.protocol,))

    def manifest(self) -> Manifest:
        """The newest list of files; an empty one if nothing was built yet. Raises StoreUnavailable if it is damaged."""
        path = f"{self._base}/{MANIFEST}"
        try:
            self._files.invalidate_cache(self._base)
            told = self._files.info(path)
            seen = (str(told.get("mtime") or told.get("LastModified") or told.get("created")), int(told["size"]))
            if seen != self._manifest[0]:
                self._manifest = (seen, Manifest.loaded(self._files.cat_file(path)))
        except FileNotFoundError:
            return Manifest()
        return self._manifest[1]

    def publish(self, manifest: Manifest) -> None:
        """Replace the list of files as a whole."""
        self._put(MANIFEST, [manifest.dumped()])

    def put(self, key: Key, made_from: dict[str, int], parts: list[Bytes], n_fixes: int) -> Entry:
        """Write a file; what it is listed as."""
        digest = sha256()
        for part in parts:
            digest.update(part)
        left_out = tuple(left_out_in(parts[0]).tolist())
        size, on_land = sum(part.size for part in parts), on_land_in(parts[0])
        entry = Entry(key, made_from, n_fixes, size, digest.hexdigest(), left_out, on_land)
        self._put(entry.name, parts)
        return entry

    def bucket(self, entry: Entry) -> Bytes:
        """The file's bytes. Raises FileNotFoundError if a newer list has no use for it any more."""
        with self._lock:
            if entry.name in self._open:
                self._open.move_to_end(entry.name)
                return self._open[entry.name]
        path = Path(self._base, entry.name) if self.is_local else self._fetch(entry)
        found = mapped(path)
        if not is_whole(found):
            if not self.is_local:
                path.unlink()
            raise StoreUnavailable(f"{path} is damaged: `watchfloor tracks build --anew` makes derived tracks again")
        with self._lock:
            self._open[entry.name] = found
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return found

    def digest(self, entry: Entry) -> str:
        """The digest of the file as it stands now; empty if it is not there."""
        found = sha256()
        try:
            with self._files.open(f"{self._base}/{entry.name}", "rb") as file:
                while block := file.read(2**20):
                    found.update(block)
        except FileNotFoundError:
            return ""
        return found.hexdigest()

    def sweep(self, kept: Iterable[Entry]) -> int:
        """Delete all files of tracks that are not on the list, and copies of them; how many, without the copies."""
        names = {entry.name for entry in kept}
        listed = names | {MANIFEST}
        strays = [p for p in self._files.find(self._base) if _is_stray(self._below(p), listed)]
        for path in strays:
            self._files.rm_file(path)
        for copy in [] if self.is_local else self.fetched.rglob("*"):
            if _is_stray(copy.relative_to(self.fetched).as_posix(), listed):
                copy.unlink(missing_ok=True)
        with self._lock:
            for name in self._open.keys() - names:
                del self._open[name]
        return len(strays)

    def _below(self, path: str) -> str:
        return path[len(self._base) :].lstrip("/")

    def _fetch(self, entry: Entry) -> Path:
        path = self.fetched / entry.name
        if not path.exists():
            _write_whole(str(path), [self._files.cat_file(f"{self._base}/{entry.name}")])
        return path

    def _put(self, name: str, parts: Iterable[bytes | Bytes]) -> None:
        path = f"{self._base}/{name}"
        if not self.is_local:
            # an object store shows an object when it is whole
            with self._files.open(path, "wb") as file:
                for part in parts:
                    file.write(memoryview(part))
            return
        _write_whole(path, parts)


def _is_stray(name: str, listed: Collection[str]) -> bool:
    return name not in listed and _OURS.fullmatch(name) is not None


def _write_whole(path: str, parts: Iterable[bytes | Bytes]) -> None:
    """Write a file of this machine: it is there as a whole or not at all, and for its owner alone."""
    missing, folder = [], Path(path).parent
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    # of folders that are made together, the mode would hold for the last alone
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    part_path = f"{path}.{uuid4().hex}.part"
    with open(os.open(part_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", AT_ONCE) as file:
        for part in parts:
            file.write(memoryview(part))
    os.replace(part_path, path)
