"""Where derived files stand: a folder of this machine, or any file system or object store that fsspec knows.

Files are private to the server's account. One of this machine is mapped into memory as it lies; one from elsewhere is
fetched once into a folder of this machine.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final
from uuid import uuid4

import fsspec
import numpy as np

from watchfloor.data.tracks.manifest import Entry, Key, Manifest
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.track_bucket import Bytes, is_whole

MANIFEST: Final = "manifest.json"
MOST_OPEN: Final = 20_000


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
        """The newest list of files; an empty one if nothing was built yet."""
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
        digest = blake2b(digest_size=16)
        for part in parts:
            digest.update(part)
        entry = Entry(key, made_from, n_fixes, sum(part.size for part in parts), digest.hexdigest())
        self._put(entry.name, parts)
        return entry

    def bucket(self, entry: Entry) -> Bytes:
        """The file's bytes. Raises FileNotFoundError if a newer list has no use for it any more."""
        with self._lock:
            if entry.name in self._open:
                self._open.move_to_end(entry.name)
                return self._open[entry.name]
        path = Path(self._base, entry.name) if self.is_local else self._fetch(entry)
        mapped: Bytes = np.memmap(path, np.uint8, "r").view(np.ndarray)
        if not is_whole(mapped):
            raise StoreUnavailable(f"{path} is damaged: `watchfloor tracks build --anew` makes derived tracks again")
        with self._lock:
            self._open[entry.name] = mapped
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return mapped

    def digest(self, entry: Entry) -> str:
        """The digest of the file as it stands now; empty if it is not there."""
        found = blake2b(digest_size=16)
        try:
            with self._files.open(f"{self._base}/{entry.name}", "rb") as file:
                while block := file.read(2**20):
                    found.update(block)
        except FileNotFoundError:
            return ""
        return found.hexdigest()

    def sweep(self, kept: Iterable[Entry]) -> int:
        """Delete all files that are not on the list; how many."""
        names = {entry.name for entry in kept}
        strays = [p for p in self._files.find(self._base) if self._below(p) not in names | {MANIFEST}]
        for path in strays:
            self._files.rm_file(path)
        with self._lock:
            for name in self._open.keys() - names:
                del self._open[name]
        return len(strays)

    def _below(self, path: str) -> str:
        return path[len(self._base) :].lstrip("/")

    def _fetch(self, entry: Entry) -> Path:
        path = self.fetched / entry.name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_suffix(f".{uuid4().hex}")
            part.write_bytes(self._files.cat_file(f"{self._base}/{entry.name}"))
            part.rename(path)
        return path

    def _put(self, name: str, parts: Iterable[bytes | Bytes]) -> None:
        path = f"{self._base}/{name}"
        if not self.is_local:
            # an object store shows an object when it is whole
            with self._files.open(path, "wb") as file:
                for part in parts:
                    file.write(memoryview(part))
            return
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        part_path = f"{path}.{uuid4().hex}.part"
        with open(os.open(part_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for part in parts:
                file.write(memoryview(part))
        os.replace(part_path, path)
