"""Composition of one tile from its layers, lowest first, each with its opacity."""

from collections.abc import Iterable

from PIL import Image

from watchfloor.layers.tilegrid import SIZE


def compose(pictures: Iterable[tuple[Image.Image, int]]) -> Image.Image:
    """One RGBA picture of (RGBA picture, opacity in percent) pairs, lowest first."""
    whole = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    for picture, percent in pictures:
        if percent <= 0:
            continue
        top = picture
        if percent < 100:
            top = picture.copy()
            top.putalpha(picture.getchannel("A").point([a * percent // 100 for a in range(256)]))
        whole.alpha_composite(top)
    return whole
