"""PNG of tiles: any reader gets back just the pixels."""

import io

import numpy as np
import pytest
from PIL import Image

from watchfloor.layers.png import png_of


@pytest.mark.parametrize(("width", "height"), [(256, 256), (1, 1), (3, 7)])
def test_a_reader_gets_back_the_pixels(width: int, height: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)

    read = Image.open(io.BytesIO(png_of(Image.fromarray(pixels, "RGB"))))
    read.load()

    assert read.format == "PNG"
    assert np.array_equal(np.asarray(read), pixels)


def test_transparency_is_left_out() -> None:
    read = Image.open(io.BytesIO(png_of(Image.new("RGBA", (4, 4), (10, 20, 30, 0)))))

    assert read.mode == "RGB"
    assert read.getpixel((1, 1)) == (10, 20, 30)
