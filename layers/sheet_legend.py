"""Legends on a sheet: title and unit of each layer, its ramp with ticks or its swatches, and what it leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Rgb
from watchfloor.layers.sheet_text import Face, lines_of, shortened, write

_RAMP: Final = 12
_SWATCH: Final = 11
_GAP: Final = 16
# letters are made no smaller than this share of the sheet's, and rather left out
_LEAST: Final = 0.72
_STEP: Final = 0.94


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer on the sheet. told: a sentence in place of its legend, or beside it: why there is nothing to see."""

    title: str
    legend: Legend | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of words: plain and weaker ones, and of thin lines."""

    text: str
    muted: str
    line: str


def draw_legends(
    picture: Image.Image, box: tuple[int, int, int, int], entries: Sequence[Entry], inks: Inks, unit: float
) -> None:
    """Draw the legends into a box (left, top, right, bottom), in smaller letters if they do not fit.

    unit: pixels of a point of the sheet. What does not fit in the smallest letters is left out, and said so.
    """
    left, top, right, bottom = box
    scale = unit
    while scale > _LEAST * unit and _height(entries, inks, scale, right - left) > bottom - top:
        scale *= _STEP
    pen = _Pen(None, left, float(top), right - left, inks, scale)
    heights = [_height([entry], inks, scale, right - left) for entry in entries]
    room = bottom - top - pen.small.height
    shown = next((n for n in range(len(entries), 0, -1) if sum(heights[:n]) <= bottom - top or
                  (n < len(entries) and sum(heights[:n]) <= room)), 0)  # fmt: skip
    pen.picture = picture
    for entry in entries[:shown]:
        pen.entry(entry)
    if shown < len(entries):
        missing = ", ".join(entry.title for entry in entries[shown:])
        pen.line(shortened(f"No room for the legend of: {missing}", pen.small, pen.width), pen.small)


def _height(entries: Sequence[Entry], inks: Inks, scale: float, width: int) -> float:
    pen = _Pen(None, 0, 0.0, width, inks, scale)
    for entry in entries:
        pen.entry(entry)
    return pen.y


class _Pen:
    """Writes from top to bottom; without a picture it only measures."""

    def __init__(  # noqa: PLR0917 - a place, its inks and its scale
        self, picture: Image.Image | None, x: int, y: float, width: int, inks: Inks, scale: float
    ) -> None:
        self.picture, self.x, self.y, self.width, self.inks, self.scale = picture, x, y, width, inks, scale
        self.title = Face(14 * scale, inks.text, "semibold")
        self.plain = Face(13 * scale, inks.text)
        self.small = Face(12 * scale, inks.muted)

    def entry(self, entry: Entry) -> None:
        self.text(entry.title, self.title)
        legend = entry.legend
        if legend is not None:
            self.text(f"{legend.unit} · {legend.kind}", self.small)
            self.y += 3 * self.scale
            if legend.colours:
                self.ramp(legend)
            for colour, words in legend.swatches:
                self.swatch(colour, words)
            for words in legend.lines:
                self.text(words, self.small)
        if entry.told:
            self.text(entry.told, self.small)
        self.y += _GAP * self.scale

    def text(self, words: str, face: Face, indent: float = 0.0) -> None:
        for line in lines_of(words, face, self.width - indent):
            self.line(line, face, indent)

    def line(self, line: str, face: Face, indent: float = 0.0) -> None:
        if self.picture is not None:
            write(self.picture, (self.x + indent, self.y), line, face)
        self.y += face.height

    def ramp(self, legend: Legend) -> None:
        height = round(_RAMP * self.scale)
        if self.picture is not None:
            strip = Image.new("RGB", (len(legend.colours), 1))
            strip.putdata(list(legend.colours))
            wide = strip.resize((self.width, height), Image.Resampling.BILINEAR)
            self.picture.paste(wide, (self.x, round(self.y)))
            self.ticks(legend, round(self.y) + height)
        self.y += height + self.small.height + 4 * self.scale

    def ticks(self, legend: Legend, below: int) -> None:
        assert self.picture is not None
        pen, until = ImageDraw.Draw(self.picture), float("-inf")
        for share, words in legend.ticks:
            x, half = self.x + share * (self.width - 1), self.small.width(words) / 2
            middle = min(max(x, self.x + half), self.x + self.width - half)
            if middle - half > until:
                pen.line(
                    [(x, below), (x, below + 3 * self.scale)], fill=self.inks.muted, width=max(1, round(self.scale))
                )
                write(self.picture, (middle, below + 3 * self.scale), words, self.small, "ma")
                until = middle + half + 4 * self.scale

    def swatch(self, colour: Rgb, words: str) -> None:
        side, top = round(_SWATCH * self.scale), round(self.y + 2.5 * self.scale)
        if self.picture is not None:
            box = (self.x, top, self.x + side, top + side)
            ImageDraw.Draw(self.picture).rounded_rectangle(box, 2 * self.scale, fill=colour)
        self.text(words, self.plain, 20 * self.scale)
