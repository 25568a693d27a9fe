"""What the map's colours mean, on the map itself while the list of layers is out of sight."""

from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.explore_layout import ExploreLayout
from watchfloor.dashboards.layer_list import LayerList
from watchfloor.dashboards.templates import rendered


class MapKey(Words):
    """Unit, ramp or swatches of each layer that is drawn, the uppermost first; nothing where the list itself stands."""

    def __init__(self, layers: LayerList) -> None:
        super().__init__(css_classes=["wf-map-key"])
        self._list = layers
        self._page: ExploreLayout | None = None
        layers.on_legends = self._show

    def follow(self, layout: ExploreLayout) -> None:
        """Stand on the map whenever that page's list of layers does not stand beside it."""
        self._page = layout
        layout.left_tabs.param.watch(lambda _: self._show(), "active")
        layout.folds["left"].param.watch(lambda _: self._show(), "is_open")

    def _show(self) -> None:
        is_told = self._page is None or self._page.shows_layers
        legends = [] if is_told else self._list.legends()
        self.say(rendered("map_key.html", legends=legends) if legends else "")
