"""The ground of every map: land and water below the data, coasts, borders and names above it; no network."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from watchfloor.layers import antialias
from watchfloor.layers.antialias import Coverage, Lines, View
from watchfloor.layers.atlas import Atlas, Level, PathKind
from watchfloor.layers.labels import Placed, PlacedLabel, draw_labels, place_labels
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import SIZE, Tile

# pixels around the tile that the glow along the coast needs to be the same on both sides of an edge
MARGIN: Final = 24
GLOW_RADIUS: Final = 8
GRATICULE_STEPS: Final = (30.0, 30.0, 30.0, 15.0, 10.0, 5.0, 2.0, 1.0, 1.0, 0.5, 0.25, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05)

type Picture = NDArray[np.float32]
type Pen = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a theme as #rrggbb; lines with their opacity."""

    sea: str
    shallows: str
    land: str
    graticule: Pen
    lines: dict[PathKind, Pen]


PALETTES: Final[dict[Theme, Palette]] = {
    "dark": Palette(
        sea="#0a111b",
        shallows="#16263a",
        land="#222d3b",
        graticule=("#8fb0d8", 0.055),
        lines={
            PathKind.COUNTY: ("#7e93ad", 0.26),
            PathKind.STATE: ("#8b9fb8", 0.38),
            PathKind.BORDER: ("#a7b7cb", 0.62),
            PathKind.LAKE: ("#5b7898", 0.70),
            PathKind.COAST: ("#6b8aad", 0.90),
        },
    ),
    "light": Palette(
        sea="#cbd9e4",
        shallows="#e0eaf1",
        land="#f7f5f0",
        graticule=("#5c7894", 0.10),
        lines={
            PathKind.COUNTY: ("#8d8a83", 0.22),
            PathKind.STATE: ("#85827c", 0.45),
            PathKind.BORDER: ("#6d6a66", 0.70),
            PathKind.LAKE: ("#84a3bd", 0.80),
            PathKind.COAST: ("#7090ab", 0.90),
        },
    ),
}
# the first zoom of a kind of line, and its width in pixels there and four zooms on
WIDTHS: Final[dict[PathKind, tuple[int, float, float]]] = {
    PathKind.COUNTY: (6, 0.5, 0.9),
    PathKind.STATE: (3, 0.6, 1.1),
    PathKind.BORDER: (1, 0.7, 1.3),
    PathKind.LAKE: (3, 0.5, 0.9),
    PathKind.COAST: (0, 0.6, 1.0),
}


class Basemap:
    """Draws tiles of the ground and of what lies above the data; safe to share between threads."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._placed: dict[tuple[int, int], Placed] = {}
        self._placing = threading.Lock()

    @classmethod
    def load(cls) -> "Basemap":
        """Read the artefact and compile what draws it, so that no first tile waits."""
        basemap = cls(Atlas.load())
        basemap.draw_lines_and_labels(Tile(3, 2, 3))
        basemap.draw_ground(Tile(3, 2, 3))
        return basemap

    def draw_ground(self, tile: Tile, theme: Theme = "dark") -> Image.Image:
        """Opaque RGBA tile: sea, brighter towards the coast, land, lakes."""
        palette, level = PALETTES[theme], self._atlas.level_at(tile.z)
        land = self._covered(tile, level, level.land)
        if land.any():
            land *= 1 - self._covered(tile, level, level.lines[PathKind.LAKE])
        inside = np.s_[MARGIN:-MARGIN, MARGIN:-MARGIN]
        picture = np.empty((SIZE, SIZE, 4), np.float32)
        picture[:] = _rgba((palette.sea, 1.0))
        antialias.mix(picture, _glow(land)[inside], _rgba((palette.shallows, 1.0)))
        antialias.mix(picture, land[inside], _rgba((palette.land, 1.0)))
        return Image.fromarray(antialias.to_bytes(picture))

    def draw_lines_and_labels(self, tile: Tile, theme: Theme = "dark", swell: int = 1) -> Image.Image:
        """Transparent RGBA tile: graticule, counties, states, borders, coasts, names that much larger than usual."""
        overlay = self.draw_lines(tile, theme)
        draw_labels(overlay, self.names_of(tile, swell), theme)
        return overlay

    def draw_lines(self, tile: Tile, theme: Theme = "dark") -> Image.Image:
        """Transparent RGBA tile: all that lies above the data but names."""
        palette, level = PALETTES[theme], self._atlas.level_at(tile.z)
        picture = np.zeros((SIZE, SIZE, 4), np.float32)
        _draw_graticule(picture, tile, palette.graticule)
        for kind, (first, thin, thick) in WIDTHS.items():
            if tile.z >= first:
                width = thin + (thick - thin) * min(1.0, (tile.z - first) / 4)
                stroke = self._stroked(tile, level, level.lines[kind], width)
                antialias.mix(picture, stroke, _rgba(palette.lines[kind]))
        return Image.fromarray(antialias.to_bytes(picture))

    def names_of(self, tile: Tile, swell: int = 1) -> Sequence[PlacedLabel]:
        """Names that touch a tile, at their places on it."""
        return self._labels_at(tile.z, swell).get((tile.x, tile.y), ())

    def _covered(self, tile: Tile, level: Level, lines: Lines) -> Coverage:
        side = SIZE + 2 * MARGIN
        area = np.zeros((side, side + 1), np.float32)
        for view in _views(tile, level, MARGIN):
            antialias.add_area(area, lines, view)
        return antialias.settle_area(area)

    def _stroked(self, tile: Tile, level: Level, lines: Lines, width: float) -> Coverage:
        coverage = np.zeros((SIZE, SIZE), np.float32)
        for view in _views(tile, level, 0):
            antialias.add_lines(coverage, lines, view, width / 2)
        return coverage

    def _labels_at(self, zoom: int, swell: int) -> Placed:
        with self._placing:
            if (zoom, swell) not in self._placed:
                self._placed[zoom, swell] = place_labels(self._atlas.labels, zoom, swell)
            return self._placed[zoom, swell]


def _views(tile: Tile, level: Level, margin: int) -> list[View]:
    # the world comes again to the left (coasts run on beyond its end) and, within the margin, to the right
    scale, left, top = tile.world_pixels / level.world, tile.x * SIZE - margin, tile.y * SIZE - margin
    turns = [0]
    if left < (level.furthest - level.world) * scale:
        turns.append(-1)
    if left + SIZE + 2 * margin > tile.world_pixels:
        turns.append(1)
    return [View(scale, float(left - turn * tile.world_pixels), float(top)) for turn in turns]


def _glow(land: Coverage) -> Coverage:
    if land.max() == 0 or land.min() > 0.999:
        return land
    # Pillow's Gaussian is three box blurs, so its cost does not grow with the radius
    grey = Image.fromarray(np.rint(land * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(GLOW_RADIUS))
    return np.minimum(np.asarray(grey, np.float32) * np.float32(1.7 / 255), np.float32(1))


def _rgba(pen: Pen) -> Picture:
    colour, opacity = pen
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return np.array([*channels, opacity], np.float32)


def _draw_graticule(picture: Picture, tile: Tile, pen: Pen) -> None:
    step = GRATICULE_STEPS[tile.z]
    west, south, east, north = tile.bounds_lonlat
    coverage = np.zeros((SIZE, SIZE), np.float32)
    lon = np.arange(np.ceil(west / step), np.floor(east / step) + 1) * step
    lat = np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step
    columns, _ = tile.to_pixels_unwrapped(lon, np.zeros_like(lon))
    _, rows = tile.to_pixels_unwrapped(np.zeros_like(lat), lat)
    coverage[:, columns[(columns >= 0) & (columns < SIZE)].astype(np.int64)] = 1
    coverage[rows[(rows >= 0) & (rows < SIZE)].astype(np.int64)] = 1
    antialias.mix(picture, coverage, _rgba(pen))
