"""A sheet as a PNG file that says in text chunks what it is, for who has the file and not its frame.

Source: PNG Third Edition, W3C, iTXt and pHYs.
"""

from collections.abc import Mapping
from typing import BinaryIO

from PIL import Image, PngImagePlugin


def write_png(picture: Image.Image, file: BinaryIO, texts: Mapping[str, str], dots_per_inch: int) -> None:
    """Write the picture; texts: UTF-8 by their keywords, which are Latin letters."""
    said = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        # a zero byte would end the text
        said.add_itxt(name, text.replace("\x00", ""))
    picture.save(file, "PNG", pnginfo=said, dpi=(dots_per_inch, dots_per_inch), compress_level=6)


def texts_of(file: BinaryIO) -> dict[str, str]:
    """The texts of a PNG file by their keywords."""
    with Image.open(file) as picture:
        picture.load()
        return {str(name): str(text) for name, text in getattr(picture, "text", {}).items()}
