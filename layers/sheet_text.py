"""Text on a sheet: hostile words made printable, broken into lines, written in the map's typeface."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from watchfloor.layers.lettering import font_of

LINE: Final = 1.32
MOST_LETTERS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Face:
    """How words are set: a face of `lettering.FACES`, its size in pixels, its colour as #rrggbb."""

    size: float
    colour: str
    face: str = "regular"

    @property
    def height(self) -> int:
        """Pixels from one line to the next."""
        return round(self.size * LINE)

    def width(self, text: str) -> float:
        """Pixels that a line takes."""
        return _width(text, self.face, self.size)


def plain(text: str, most: int = MOST_LETTERS) -> str:
    """A text on one line as it may be drawn: printable, without turns of direction, no longer than that."""
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * most]).split())
    return said if len(said) <= most else said[: most - 1] + "…"


def lines_of(text: str, face: Face, width: float, most: int = 40) -> list[str]:
    """The text in lines that are no wider; a word that is wider is cut. What is over the most lines ends in '…'."""
    lines: list[str] = []
    line = ""
    for given in plain(text).split(" "):
        word = given
        while word:
            tried = f"{line} {word}" if line else word
            if face.width(tried) <= width:
                line, word = tried, ""
            elif line:
                lines.append(line)
                line = ""
            else:
                at = _fitting(word, face, width)
                lines.append(word[:at])
                word = word[at:]
    lines += [line] if line else []
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(f"{lines[most - 1]} …", face, width)]
    return lines


def shortened(text: str, face: Face, width: float) -> str:
    """The text on one line, its end left out if it is wider."""
    text = plain(text)
    if face.width(text) <= width:
        return text
    kept = text.removesuffix(" …")
    while kept and face.width(f"{kept}…") > width:
        kept = kept[: _fitting(kept, face, width) - 1]
    return f"{kept}…"


def write(picture: Image.Image, at: tuple[float, float], text: str, face: Face, anchor: str = "la") -> None:
    """Write one line; at: of its anchor, as Pillow names them, upper left unless told."""
    ImageDraw.Draw(picture).text(at, text, font=font_of(face.face, face.size), fill=face.colour, anchor=anchor)


def _fitting(word: str, face: Face, width: float) -> int:
    """How many letters of a word fit; at least one."""
    at = len(word)
    while at > 1 and face.width(word[:at]) > width:
        at = at - 1 if at < 64 else at // 2
    return at


@lru_cache(maxsize=4_096)
def _width(text: str, face: str, size: float) -> float:
    font = font_of(face, size)
    assert isinstance(font, ImageFont.FreeTypeFont | ImageFont.ImageFont)
    return float(font.getlength(text))
