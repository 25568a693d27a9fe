"""A sheet: the map in a frame that says all that must not be lost when the picture leaves the program.

Marking above and below, title, legends, scale, north, projection, and beneath the map who asked what, when, of what.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image, ImageDraw

from watchfloor.geo.map_window import ScaleBar
from watchfloor.layers.sheet_legend import Entry, Inks, draw_legends
from watchfloor.layers.sheet_text import Face, lines_of, write

type Box = tuple[int, int, int, int]

COLUMN: Final = 264
_PAD: Final = 16
_BAR: Final = 150
_BLACK: Final = "#000000"
NORTH: Final = "N ↑   Web Mercator"
_MOST_TITLE: Final = 2
_MOST_FACT: Final = 3


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of a sheet as #rrggbb. exercise: ground and letters of the band that says it is one."""

    ground: str
    inks: Inks
    exercise: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What a sheet says.

    marking: of all that is on it; its colour, on black. exercise: the sentence of an exercise, or nothing. facts: name
    and text of each line below the map.
    """

    marking: str
    marking_colour: str
    exercise: str
    title: str
    subtitle: str
    entries: Sequence[Entry]
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of that size in pixels whose words are told; unit: pixels of a point, 1 on a screen."""

    width: int
    height: int
    unit: float
    words: Words
    look: Look

    @property
    def map_box(self) -> Box:
        """Where the map stands: left, top, right, bottom."""
        pad = self._px(_PAD)
        top = self._above + pad // 2 + self._title_height + pad // 2
        right = self.width - self._px(COLUMN) - 2 * pad
        bottom = self.height - self._bands - self._facts_height - pad
        return pad, top, right, max(bottom, top + 1)

    def drawn(self, picture: Image.Image, scale: ScaleBar) -> Image.Image:
        """The sheet round a picture of the map, which has the size of its place."""
        sheet = Image.new("RGB", (self.width, self.height), self.look.ground)
        left, top, right, bottom = self.map_box
        sheet.paste(picture, (left, top))
        ImageDraw.Draw(sheet).rectangle((left - 1, top - 1, right, bottom), outline=self.look.inks.line)
        self._draw_scale(sheet, scale)
        self._draw_bands(sheet)
        self._draw_title(sheet)
        self._draw_facts(sheet)
        column = (right + self._px(_PAD), top, self.width - self._px(_PAD), bottom)
        draw_legends(sheet, column, self.words.entries, self.look.inks, self.unit)
        return sheet

    # ------------------------------------------------------------ sizes
    def _px(self, points: float) -> int:
        return round(points * self.unit)

    @property
    def _marking_lines(self) -> list[str]:
        return lines_of(self.words.marking, self._marking_face, self.width - 2 * self._px(_PAD), 3)

    @property
    def _marking_face(self) -> Face:
        return Face(15 * self.unit, self.words.marking_colour, "semibold")

    @property
    def _marking_height(self) -> int:
        return self._marking_face.height * len(self._marking_lines) + self._px(6)

    @property
    def _bands(self) -> int:
        """Height of marking and exercise band, the same above and below."""
        return self._marking_height + (self._px(20) if self.words.exercise else 0)

    @property
    def _above(self) -> int:
        return self._bands

    @property
    def _title_face(self) -> Face:
        return Face(20 * self.unit, self.look.inks.text, "semibold")

    @property
    def _title_lines(self) -> list[str]:
        return lines_of(self.words.title, self._title_face, self.width - 2 * self._px(_PAD), _MOST_TITLE)

    @property
    def _title_height(self) -> int:
        lines = len(lines_of(self.words.subtitle, self._plain, self.width - 2 * self._px(_PAD), _MOST_TITLE))
        return self._title_face.height * len(self._title_lines) + self._plain.height * lines

    @property
    def _plain(self) -> Face:
        return Face(13 * self.unit, self.look.inks.muted)

    @property
    def _facts_height(self) -> int:
        return self._fact_face.height * sum(len(lines) for _, lines in self._facts) + self._px(_PAD)

    @property
    def _fact_face(self) -> Face:
        return Face(12 * self.unit, self.look.inks.muted)

    @property
    def _fact_indent(self) -> int:
        name = Face(12 * self.unit, self.look.inks.text, "semibold")
        return round(max((name.width(said) for said, _ in self.words.facts), default=0.0)) + self._px(12)

    @property
    def _facts(self) -> list[tuple[str, list[str]]]:
        width = self.width - 2 * self._px(_PAD) - self._fact_indent
        return [(name, lines_of(text, self._fact_face, width, _MOST_FACT)) for name, text in self.words.facts]

    # ------------------------------------------------------------ drawing
    def _draw_bands(self, sheet: Image.Image) -> None:
        pen, middle, ground = ImageDraw.Draw(sheet), self.width / 2, self.look.exercise
        band = self._bands - self._marking_height
        face = Face(12.5 * self.unit, ground[1], "semibold")
        for top, marking in ((0, band), (self.height - band, self.height - self._bands)):
            if band:
                pen.rectangle((0, top, self.width, top + band - 1), fill=ground[0])
                write(sheet, (middle, top + band / 2), self.words.exercise, face, "mm")
            pen.rectangle((0, marking, self.width, marking + self._marking_height - 1), fill=_BLACK)
            for index, line in enumerate(self._marking_lines):
                y = marking + self._px(3) + (index + 0.5) * self._marking_face.height
                write(sheet, (middle, y), line, self._marking_face, "mm")

    def _draw_title(self, sheet: Image.Image) -> None:
        left, y = self._px(_PAD), self._above + self._px(_PAD) // 2
        for line in self._title_lines:
            write(sheet, (left, y), line, self._title_face)
            y += self._title_face.height
        for line in lines_of(self.words.subtitle, self._plain, self.width - 2 * left, _MOST_TITLE):
            write(sheet, (left, y), line, self._plain)
            y += self._plain.height

    def _draw_facts(self, sheet: Image.Image) -> None:
        name_face = Face(12 * self.unit, self.look.inks.text, "semibold")
        left, y = self._px(_PAD), self.map_box[3] + self._px(_PAD) // 2
        for name, lines in self._facts:
            write(sheet, (left, y), name, name_face)
            for line in lines:
                write(sheet, (left + self._fact_indent, y), line, self._fact_face)
                y += self._fact_face.height

    def _draw_scale(self, sheet: Image.Image, scale: ScaleBar) -> None:
        """Bar and words in the map's lower left corner, north and projection in its lower right, each on a plate."""
        left, _, right, bottom = self.map_box
        face = Face(13 * self.unit, self.look.inks.text, "semibold")
        gap, high = self._px(8), self._px(5)
        wide = max(face.width(scale.words), scale.pixels) + 2 * gap
        tall = face.height + high + 2 * gap
        self._plate(sheet, (left, bottom - tall, left + wide, bottom))
        write(sheet, (left + gap, bottom - tall + gap // 2), scale.words, face)
        x, y, end = left + gap, bottom - gap, left + gap + round(scale.pixels)
        corners = [(x, y - high), (x, y), (end, y), (end, y - high)]
        ImageDraw.Draw(sheet).line(corners, fill=self.look.inks.text, width=max(1, self._px(2)))
        width = face.width(NORTH) + 2 * gap
        self._plate(sheet, (right - width, bottom - face.height - gap, right, bottom))
        write(sheet, (right - width + gap, bottom - face.height - gap // 2), NORTH, face)

    def _plate(self, sheet: Image.Image, box: tuple[float, float, float, float]) -> None:
        edges = tuple(round(edge) for edge in box)
        ImageDraw.Draw(sheet).rectangle(edges, fill=self.look.ground, outline=self.look.inks.line)


def sheet_round(size: tuple[int, int], words: Words, look: Look) -> Sheet:
    """The sheet whose map has that width and height in pixels."""
    tried = Sheet(size[0] + COLUMN + 3 * _PAD, 4 * size[1] + 2_000, 1.0, words, look)
    _, top, _, bottom = tried.map_box
    return replace(tried, height=tried.height - (bottom - top) + size[1])


def bar_width(unit: float) -> float:
    """Pixels that a scale bar may have at most."""
    return _BAR * unit
