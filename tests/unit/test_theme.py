"""The style sheets' variables: each is set once, and what the sheets name is there."""

import re
from pathlib import Path

import pytest

from watchfloor.dashboards.theme import DARK, LIGHT, Palette, stylesheet

FOLDER = Path(__file__).parents[2] / "dashboards"
SHEETS = sorted(path for path in FOLDER.iterdir() if path.suffix in {".css", ".html", ".js"})


def blocks() -> list[list[str]]:
    """Names of the variables of each block of the theme, as often as they are set."""
    return [re.findall(r"^ *--([a-z-]+):", block, re.M) for block in stylesheet().split("}")[:-1]]


def test_no_variable_of_the_theme_is_set_twice_in_one_block() -> None:
    for names in blocks():
        assert sorted(set(names)) == sorted(names)


def test_what_a_sheet_takes_from_the_theme_is_there() -> None:
    known = {name for names in blocks() for name in names}
    used = {name for path in SHEETS for name in re.findall(r"var\(--(wf-[a-z-]+)", path.read_text(encoding="utf-8"))}
    assert used
    assert used <= known


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", ["text", "muted", "faint", "accent", "good", "warn", "bad"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_text_stands_out_from_what_it_is_written_on(palette: Palette, name: str, ground: str) -> None:
    dim, bright = sorted((luminance(getattr(palette, name)), luminance(getattr(palette, ground))))
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb. Source: WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
