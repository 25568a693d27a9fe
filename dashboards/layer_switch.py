"""One layer's switch and opacity, as the browser's own checkbox and slider: named, and good for keys."""

from pathlib import Path

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class LayerSwitch(JSComponent):
    """A checkbox with the layer's title; while it is on, a slider for its opacity in percent."""

    title = param.String(default="")
    is_on = param.Boolean(default=False)
    opacity = param.Integer(default=100, bounds=(5, 100))

    _esm = _HERE / "layer_switch.js"
    _stylesheets = [str(_HERE / "layer_switch.css")]  # noqa: RUF012 - Panel reads it from the class
