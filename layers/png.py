"""PNG of one tile, written for speed: rows as they are, packed by zlib.

The general writer tries filters on every row, which for flat map colours takes most of its time and gains nothing: a
view of 24 tiles takes 1.1 ms a tile and 574 kB instead of 2.8 ms and 654 kB. The format: PNG Third Edition, W3C.
"""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_LEVEL: Final = 1
_RGB: Final = 2
_RGBA: Final = 6


def png_of(picture: Image.Image) -> bytes:
    """The picture without its transparency, 8 bits a channel."""
    return _written(np.asarray(picture.convert("RGB")), _RGB)


def clear_png_of(picture: Image.Image) -> bytes:
    """The picture with its transparency, 8 bits a channel: for what lies above other pictures."""
    return _written(np.asarray(picture.convert("RGBA")), _RGBA)


def _written(pixels: NDArray[np.uint8], kind: int) -> bytes:
    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)
    rows[:, 1:] = pixels.reshape(height, width * channels)
    head = struct.pack(">2I5B", width, height, 8, kind, 0, 0, 0)
    body = zlib.compress(rows, _LEVEL)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
