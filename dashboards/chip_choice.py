"""A choice of several among a fixed list: a line to pick from, and a chip for each that is picked."""

from pathlib import Path

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class ChipChoice(JSComponent):
    """Codes picked among named options; none picked means any."""

    value = param.List(default=[], doc="Codes that are picked.")
    options = param.List(default=[], doc="Pairs of code and name.")
    label = param.String(default="")
    placeholder = param.String(default="All")

    _esm = _HERE / "chip_choice.js"
    _stylesheets = [str(_HERE / "chip_choice.css")]  # noqa: RUF012 - Panel reads it from the class
