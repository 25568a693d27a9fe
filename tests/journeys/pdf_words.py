"""The words on each page of a PDF as Chromium writes it: every font brings a map from its glyphs to letters."""

import re
import zlib
from typing import Final

_OBJECT: Final = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN: Final = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(\bBT\b)")
_RANGE: Final = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>")
_CHAR: Final = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4,})>\n")


def words_of_pages(pdf: bytes) -> list[str]:
    """All text of each page, in the order in which it is drawn, without spaces: layout knows none."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for _, body in sorted(objects.items()) if re.search(rb"/Type\s*/Page\b", body)]
    return ["".join(_said(page, objects).split()) for page in pages]


def _said(page: bytes, objects: dict[int, bytes]) -> str:
    fonts = {name: _letters(objects[int(at)], objects) for name, at in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents is not None
    told, letters = [], {}
    for font, glyphs, _ in _SHOWN.findall(_stream(objects[int(contents[1])])):
        if font:
            letters = fonts.get(font, {})
        told += [letters.get(int(glyphs[at : at + 4], 16), "") for at in range(0, len(glyphs), 4)]
    return "".join(told)


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if found is None:
        return {}
    table = _stream(objects[int(found[1])])
    letters = {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _CHAR.findall(table)}
    for first, last, text in _RANGE.findall(table):
        begins, until = int(first, 16), int(last, 16)
        letters |= {glyph: chr(int(text, 16) + glyph - begins) for glyph in range(begins, until + 1)}
    return letters


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"FlateDecode" in body else found[1]
