"""Words as pictures: the map's typeface, letterspaced capitals, a soft halo, small symbols."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from watchfloor.layers.palettes import Rgb

# Source Sans Pro (SIL Open Font License) comes inside the Panel package with one of its templates
FACES = {
    "regular": "source-sans-pro-regular.ttf",
    "italic": "source-sans-pro-italic.ttf",
    "semibold": "source-sans-pro-semibold.ttf",
}
HALO = 2
LINE_GAP = 1.12
# letters are drawn this much larger and then reduced: without hinting, widths and gaps come out even
FINE = 4
SYMBOL_SIDE = 13

type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Style:
    """How a word is set: face of FACES, size and added space between letters in pixels."""

    face: str
    size: float
    spacing: float = 0.0
    is_capitals: bool = False


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of a word and of the halo around it; opacities from 0 to 1."""

    colour: Rgb
    halo: Rgb
    opacity: float = 1.0
    halo_opacity: float = 0.75


@cache
def font_of(face: str, size: float) -> Font:
    """The face at a size in pixels; Pillow's own, without accents, where the package lacks it."""
    file = font_file(face)
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)


@cache
def font_file(face: str) -> Path | None:
    """Where the face lies on this machine; None if no installed package brings it."""
    spec = find_spec("panel")
    roots = spec.submodule_search_locations if spec else None
    found = (p for root in roots or () for p in Path(root, "dist", "bundled").glob(f"**/{FACES[face]}"))
    return next(found, None)


@lru_cache(maxsize=16_384)
def size_of(text: str, style: Style) -> tuple[int, int]:
    """Width and height in pixels of the picture that `word` makes."""
    lines = _lines(text, style)
    width = max(_width(line, style) for line in lines)
    height = style.size * (1 + LINE_GAP * (len(lines) - 1))
    return int(np.ceil(width)) + 2 * HALO + 2, int(np.ceil(height * 1.15)) + 2 * HALO


@lru_cache(maxsize=1_500)
def word(text: str, style: Style, ink: Ink) -> Image.Image:
    """RGBA picture of a word with its halo; line breaks are kept, lines are centred."""
    width, height = size_of(text, style)
    mask = Image.new("L", (width * FINE, height * FINE), 0)
    pen = ImageDraw.Draw(mask)
    for number, line in enumerate(_lines(text, style)):
        left = (width - _width(line, style)) / 2
        baseline = HALO + style.size * (0.95 + LINE_GAP * number)
        _write(pen, (left * FINE, round(baseline) * FINE), line, style)
    return _with_halo(mask.reduce(FINE), ink)


@lru_cache(maxsize=64)
def symbol(shape: str, ink: Ink) -> Image.Image:
    """RGBA picture, SYMBOL_SIDE pixels wide, of a `dot` (city), a `ring` (port) or a `diamond` (crossing)."""
    fine = 2 * FINE
    mask = Image.new("L", (SYMBOL_SIDE * fine, SYMBOL_SIDE * fine), 0)
    pen, middle = ImageDraw.Draw(mask), SYMBOL_SIDE * fine / 2
    if shape == "diamond":
        r = 3.0 * fine
        pen.polygon([(middle, middle - r), (middle + r, middle), (middle, middle + r), (middle - r, middle)], fill=255)
    else:
        r = (2.1 if shape == "dot" else 3.0) * fine
        box = (middle - r, middle - r, middle + r, middle + r)
        pen.ellipse(box, fill=255 if shape == "dot" else 0, outline=255, width=round(1.4 * fine))
    return _with_halo(mask.reduce(fine), ink)


def _with_halo(mask: Image.Image, ink: Ink) -> Image.Image:
    around = mask.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(1.1))
    picture = Image.new("RGBA", mask.size, (*ink.halo, 0))
    picture.putalpha(around.point([min(255, round(a * 1.5 * ink.halo_opacity)) for a in range(256)]))
    letters = Image.new("RGBA", mask.size, (*ink.colour, 0))
    letters.putalpha(mask.point([round(a * ink.opacity) for a in range(256)]))
    return Image.alpha_composite(picture, letters)


def _lines(text: str, style: Style) -> list[str]:
    written = text.upper() if style.is_capitals else text
    if font_file(style.face) is None:
        decomposed = unicodedata.normalize("NFKD", written)
        written = "".join(c for c in decomposed if not unicodedata.combining(c))
    return written.split("\n")


def _width(line: str, style: Style) -> float:
    font = font_of(style.face, style.size * FINE)
    if not style.spacing:
        return font.getlength(line) / FINE
    return sum(font.getlength(letter) / FINE + style.spacing for letter in line) - style.spacing


def _write(pen: ImageDraw.ImageDraw, at: tuple[float, float], line: str, style: Style) -> None:
    font = font_of(style.face, style.size * FINE)
    if not style.spacing:
        pen.text(at, line, font=font, fill=255, anchor="ls")
        return
    x, baseline = at
    for letter in line:
        pen.text((x, baseline), letter, font=font, fill=255, anchor="ls")
        x += font.getlength(letter) + style.spacing * FINE
