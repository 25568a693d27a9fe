"""Sealing of a backup's parts: AES-256-GCM over chunks, so that size costs no memory and a cut end is noticed.

A sealed part is the mark `WFSEAL1` and a newline, seven random bytes, then chunks of one mebibyte, each followed by its
tag of 16 bytes. The nonce of a chunk is the random bytes, its number (4 bytes, big-endian) and one byte that is 1 for
the last chunk. Each part has a key of its own: scrypt (n 2^15, r 8, p 1) of the secret with the backup's salt, then
HKDF-SHA256 with the part's name.
Source: STREAM of Hoang, Reyhanitabar, Rogaway and Vizár 2015, doi:10.1007/978-3-662-47989-6_24; RFC 7914; RFC 5869.
"""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from watchfloor.geo.errors import BadFile, BadInput

MARK = b"WFSEAL1\n"
CHUNK = 1 << 20
TAG = 16
PREFIX = 7
LEAST_SECRET = 32
OTHERWISE = "the key is another one, or the backup was changed or cut off"


@dataclass(frozen=True, slots=True)
class Seal:
    """The keys of one backup, from its secret and its salt."""

    master: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes, salt: bytes) -> "Seal":
        """Keys for that secret; takes a tenth of a second on purpose."""
        return cls(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(secret))

    def key(self, purpose: str) -> bytes:
        """The key for one part, or for the manifest."""
        return HKDF(SHA256(), 32, None, purpose.encode()).derive(self.master)

    def sign(self, text: bytes) -> str:
        """Signature of the manifest."""
        return hmac.new(self.key("manifest"), text, sha256).hexdigest()


def read_secret(file: Path) -> bytes:
    """The secret that stands in a key file, without the line's end.

    Raises BadInput if the file is open to others or the secret is short.
    """
    try:
        if file.stat().st_mode & 0o077:
            raise BadInput(f"the key file {file} is open to others: chmod 600 {file}")
        secret = file.read_bytes().strip()
    except OSError as error:
        raise BadInput(f"the key file {file} cannot be read: {error.strerror}") from error
    if len(secret) < LEAST_SECRET:
        raise BadInput(f"the key file {file} holds {len(secret)} bytes, at least {LEAST_SECRET} are needed")
    return secret


class Sealer:
    """Writes one sealed part."""

    def __init__(self, out: BinaryIO, seal: Seal, name: str) -> None:
        self._out = out
        self._cipher = AESGCM(seal.key(name))
        self._prefix = os.urandom(PREFIX)
        self._number = 0
        self._held = bytearray()
        out.write(MARK + self._prefix)

    def write(self, data: bytes) -> None:
        """Take plain bytes; what fills a chunk goes out sealed."""
        self._held += data
        # the last chunk must be known as the last: a full one is kept until more comes
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), is_last=False)
            del self._held[:CHUNK]

    def finish(self) -> None:
        """Seal what is left; without it the part counts as cut off."""
        self._put(bytes(self._held), is_last=True)

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, is_last=is_last), plain, MARK))
        self._number += 1


def unsealed(source: BinaryIO, seal: Seal, name: str) -> Iterator[bytes]:
    """The plain chunks of a sealed part, each given out only after its tag was right.

    Raises BadFile if the key is another one or a byte was changed, moved or cut off.
    """
    head = source.read(len(MARK) + PREFIX)
    if not head.startswith(MARK) or len(head) < len(MARK) + PREFIX:
        raise BadFile(f"{name} is no sealed part of a backup")
    cipher, prefix = AESGCM(seal.key(name)), head[len(MARK) :]
    number, chunk = 0, source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, number, is_last=not following), chunk, MARK)
        except InvalidTag as error:
            raise BadFile(f"{name} cannot be opened: {OTHERWISE}") from error
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")
