"""Small pictures that stand for a place: a dot by size and colour, a framed number where only an area is known."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from watchfloor.layers.lettering import Ink, Style, size_of, word
from watchfloor.layers.palettes import Rgb, Theme

# drawn this much larger and then reduced, so that edges are smooth
FINE: Final = 4
PLATE_HEIGHT: Final = 20
NUMBER: Final = Style("semibold", 12.5)
NAME: Final = Style("regular", 12)
GROUND: Final[dict[Theme, Rgb]] = {"dark": (9, 14, 22), "light": (255, 255, 255)}
_TEXT: Final[dict[Theme, Rgb]] = {"dark": (240, 244, 250), "light": (20, 28, 40)}
_PAD: Final = 7


def name_ink(theme: Theme) -> Ink:
    """How the name of an area is written."""
    return Ink(_TEXT[theme], GROUND[theme], 0.92, 0.9)


@lru_cache(maxsize=4_000)
def dot(radius: float, colour: Rgb, theme: Theme) -> Image.Image:
    """RGBA picture of a disc with a thin edge of the ground's colour; radius in pixels."""
    side = 2 * int(radius + 2) + 1
    picture = Image.new("RGBA", (side * FINE, side * FINE), (*colour, 0))
    pen, middle = ImageDraw.Draw(picture), side * FINE / 2
    for reach, fill in ((radius + 1.0, (*GROUND[theme], 215)), (radius, (*colour, 255))):
        r = reach * FINE
        pen.ellipse((middle - r, middle - r, middle + r, middle + r), fill=fill)
    return _reduced(picture)


def plate_width(number: str) -> int:
    """Pixels that a framed number takes from side to side."""
    return size_of(number, NUMBER)[0] + 2 * _PAD - 4


@lru_cache(maxsize=4_000)
def plate(number: str, colour: Rgb, theme: Theme, scale: float = 1.0) -> Image.Image:
    """RGBA picture of a framed number: what is known to an area only. scale: how much larger than on a tile."""
    width, height = round(plate_width(number) * scale), round(PLATE_HEIGHT * scale)
    picture = Image.new("RGBA", (width * FINE, height * FINE), (*colour, 0))
    box, fine = (2, 2, width * FINE - 3, height * FINE - 3), FINE * scale
    ImageDraw.Draw(picture).rounded_rectangle(
        box, radius=5 * fine, fill=(*GROUND[theme], 232), outline=(*colour, 255), width=int(1.75 * fine)
    )
    small = _reduced(picture)
    text = word(number, replace(NUMBER, size=NUMBER.size * scale), Ink(_TEXT[theme], GROUND[theme], 1.0, 0.0))
    # the letters' own room may be a pixel more than the frame
    left, top = (width - text.width) // 2, (height - text.height) // 2
    small.alpha_composite(text, (max(left, 0), max(top, 0)), (max(-left, 0), max(-top, 0)))
    return small


def _reduced(picture: Image.Image) -> Image.Image:
    # averaging premultiplied channels keeps dark fringes away
    return picture.convert("RGBa").reduce(FINE).convert("RGBA")
