"""The layers: a switch for each, its opacity, its legend, and in which state its answer is."""

from collections.abc import Callable

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.choices import LAYERS, MapLayer
from watchfloor.dashboards.layer_switch import LayerSwitch
from watchfloor.dashboards.pane_state import LOADING, Condition, PaneState
from watchfloor.dashboards.readings import Reading
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Origin
from watchfloor.layers.legends import Legend

LEAST_OPACITY = 5


class LayerRow(Viewer):
    """One layer: switch and title; below them, while it is on, opacity and legend."""

    def __init__(self, layer: MapLayer, state: State, on_again: Callable[[str], None]) -> None:
        super().__init__()
        self._code = layer.code
        self._state = state
        self._legend: Legend | None = None
        self._origin: Origin | None = None
        self.shown: Legend | None = None
        opacity = max(LEAST_OPACITY, state.layers.get(layer.code, layer.opacity))
        self._switch = LayerSwitch(
            title=layer.title, is_on=layer.code in state.layers, opacity=opacity, sizing_mode="stretch_width", margin=0
        )
        self._on_again = on_again
        self._sheet: pn.pane.HTML | None = None
        self._layout = pn.Column(self._switch, sizing_mode="stretch_width", margin=0, css_classes=["wf-layer-row"],
                                 stylesheets=[PANELS])  # fmt: skip
        self._switch.param.watch(lambda *_: self._choose(), ["is_on", "opacity"])
        state.param.watch(lambda _: self._follow(), "layers")

    def take(self, state: PaneState, legend: Legend | None = None, origin: Origin | None = None) -> None:
        """Show a state, and a legend if there is a new one; while the next is read, the last one stays."""
        if legend is not None:
            self._legend, self._origin = legend, origin
        sheet = self._opened()
        self.shown = self._legend if state.shows_body else None
        sheet.object = rendered("legend.html", legend=self.shown, state=state, origin=self._origin)
        self._again.visible = state.condition is Condition.FAILED

    def _opened(self) -> pn.pane.HTML:
        """What stands below the switch: made when the layer is first on, because most never are."""
        if self._sheet is None:
            self._sheet = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
            self._again = pn.widgets.Button(label="Try again", visible=False, stylesheets=[WIDGETS], margin=(4, 0))
            self._again.on_click(lambda _: self._on_again(self._code))
            self._below = pn.Column(self._sheet, self._again, sizing_mode="stretch_width", margin=0,
                                    css_classes=["wf-below"], stylesheets=[PANELS])  # fmt: skip
            self._layout.append(self._below)
        return self._sheet

    def _choose(self) -> None:
        wanted = self._switch.opacity if self._switch.is_on else None
        if wanted != self._state.layers.get(self._code):
            self._state.switch(self._code, wanted)

    def _follow(self) -> None:
        is_on = self._code in self._state.layers
        opacity = self._state.layers.get(self._code, self._switch.opacity)
        if self._sheet is not None:
            self._below.visible = is_on
        self._switch.param.update(is_on=is_on, opacity=max(LEAST_OPACITY, opacity))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


class LayerList(Viewer):
    """All layers, the uppermost on the map first."""

    def __init__(self, state: State, on_again: Callable[[str], None]) -> None:
        super().__init__()
        self.on_legends: Callable[[], None] = lambda: None
        self._state = state
        self._rows = {layer.code: LayerRow(layer, state, on_again) for layer in reversed(LAYERS)}
        state.param.watch(lambda _: self.on_legends(), "layers")
        self._layout = pn.Column(*self._rows.values(), sizing_mode="stretch_width", margin=0)

    def legends(self) -> list[tuple[str, Legend]]:
        """Title and legend of each layer that is on and has one, the uppermost first."""
        titles = {layer.code: layer.title for layer in LAYERS}
        on = ((code, row.shown) for code, row in self._rows.items() if code in self._state.layers)
        return [(titles[code], legend) for code, legend in on if legend is not None]

    def wait(self, code: str) -> None:
        """An answer of that layer is under way."""
        self._rows[code].take(LOADING)

    def fault(self, code: str, state: PaneState) -> None:
        """No answer came."""
        self._rows[code].take(state)
        self.on_legends()

    def take(self, code: str, reading: Reading, origin: Origin | None) -> None:
        """The answer of that layer, and where its data come from."""
        self._rows[code].take(reading.state, reading.legend, origin)
        self.on_legends()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
