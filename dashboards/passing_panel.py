"""The side panel's part for craft in a place: totals by category, and a list to choose one from."""

from collections.abc import Callable

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.passing_list import PassingList
from watchfloor.dashboards.passing_words import by_category, notes, row, title, totals
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.passing import Passing
from watchfloor.geo.period import Period
from watchfloor.geo.spot import Spot
from watchfloor.layers.palettes import Theme

NOBODY = "No craft that you may see was heard here in this period."


class PassingPanel(Viewer):
    """Head and list; on_choose is called with the number of the chosen craft."""

    def __init__(self, on_choose: Callable[[int], None]) -> None:
        super().__init__()
        self._head = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._list = PassingList(on_choose, label="Craft heard here")
        self._layout = pn.Column(self._head, self._list, sizing_mode="stretch_width", margin=0, visible=False)

    def display(self, spot: Spot, period: Period, found: Passing, theme: Theme) -> None:
        """Show who was heard at a spot."""
        self._head.object = rendered(
            "passing_head.html",
            title=title(spot),
            totals=totals(found),
            period=str(period),
            categories=by_category(found, theme),
            notes=notes(found, period.moments[0]),
            tlp=strictest_of([one.label for one in found.rows]),
            words="The strictest marking of what is listed here",
        )
        self._list.param.update(
            rows=[row(one, theme, is_between=found.is_between) for one in found.rows], nothing=NOBODY
        )
        self._layout.visible = True

    def hide(self) -> None:
        """Something else is shown."""
        self._layout.visible = False

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
