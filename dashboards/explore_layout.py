"""Where the parts of the explore page stand: search and choices on top, layers left, the map in the middle with time
below it, evidence right. See docs/decisions/0016.

Panels close and open again; the map takes what room they leave.
"""

from collections.abc import Sequence
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.page_look import FoldButton, LinkButton, ThemeSwitch
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS, TABS

LEFT_PX = 300
RIGHT_PX = 430
WIDE_PX = 860
TOP_PX = 48

type Part = pn.viewable.Viewable | Viewer
type Tab = tuple[str, Sequence[Part]]


class ExploreLayout(Viewer):
    """The page's places.

    search: left in the top bar. said: between, the sentence of what is asked. tools: right in the bar, before the
    page's own. left, right: tabs with what stands in each. foot: below the left tabs, always in sight. middle: from
    the top, over and below the map.
    """

    def __init__(
        self,
        state: State,
        *,
        search: Part,
        said: Sequence[Part],
        tools: Sequence[Part],
        left: Sequence[Tab],
        foot: Sequence[Part],
        middle: Sequence[Part],
        right: Sequence[Tab],
    ) -> None:
        super().__init__()
        self.left_tabs, self.right_tabs = _tabs(left), _tabs(right)
        # as wide as what holds it: its tabs would make it so in any case, and Panel would warn of it
        choices = pn.Column(
            self.left_tabs, sizing_mode="stretch_both", scroll=True, css_classes=["wf-left-scroll"], **_PLAIN
        )
        self._left = pn.Column(choices, *foot, width=LEFT_PX, css_classes=["wf-left"], **_column())
        self._right = pn.Column(self.right_tabs, width=RIGHT_PX, css_classes=["wf-right"], **_column())
        self._middle = pn.Column(*middle, css_classes=["wf-middle"], sizing_mode="stretch_both", **_PLAIN)
        self.folds = _folds()
        for name, fold in self.folds.items():
            fold.param.watch(lambda event, name=name: self._fold(name, is_open=event.new), "is_open")
        theme = ThemeSwitch(theme=state.theme)
        theme.link(state, theme="theme", bidirectional=True)
        state.param.watch(lambda *_: self._follow(state), ["mark", "selection"])
        top = pn.Row(
            self.folds["left"],
            _place(search, "wf-top-search"),
            pn.Row(*said, sizing_mode="stretch_width", css_classes=["wf-said"], **_PLAIN),
            *tools,
            *(LinkButton(), theme, self.folds["wide"], self.folds["right"]),
            height=TOP_PX, sizing_mode="stretch_width", css_classes=["wf-top"], **_PLAIN,
        )  # fmt: skip
        body = pn.Row(
            self._left, self._middle, self._right, sizing_mode="stretch_both", css_classes=["wf-body"], **_PLAIN
        )
        self._layout = pn.Column(top, body, sizing_mode="stretch_both", css_classes=["wf-explore"], **_PLAIN)

    @property
    def shows_layers(self) -> bool:
        """Whether the first of the choices, the list of layers, is in sight."""
        return bool(self.folds["left"].is_open and self.left_tabs.active == 0)

    def show_left(self, title: str) -> None:
        """Open the choices at a tab."""
        titles = list(self.left_tabs._names)
        self.left_tabs.active = titles.index(title)
        self.folds["left"].is_open = True

    def bring_evidence(self) -> None:
        """Something on the map was chosen: on a telephone the evidence comes to lie over it."""
        self.folds["right"].bring(is_there=True)

    def _follow(self, state: State) -> None:
        self.folds["right"].bring(is_there=state.mark is not None or state.selection is not None)

    def _fold(self, name: str, *, is_open: bool) -> None:
        if name == "left":
            self._left.visible = is_open
        elif name == "right":
            self._right.visible = is_open
        else:
            self._right.width = WIDE_PX if is_open else RIGHT_PX

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


_PLAIN: dict[str, Any] = {"margin": 0, "stylesheets": [PANELS]}


def _column() -> dict[str, Any]:
    return {"sizing_mode": "stretch_height", **_PLAIN}


def _place(part: Part, name: str) -> pn.Column:
    return pn.Column(part, width=LEFT_PX - TOP_PX, css_classes=[name], **_PLAIN)


def _folds() -> dict[str, FoldButton]:
    return {
        "left": FoldButton(panel="left", picture="left", title="Layers, filters and what is kept"),
        "right": FoldButton(panel="right", picture="right", title="Evidence"),
        "wide": FoldButton(panel="wide", picture="wide", title="Wide evidence", is_open=False),
    }


def _tabs(tabs: Sequence[Tab]) -> pn.Tabs:
    columns = [
        (title, pn.Column(*parts, sizing_mode="stretch_both", css_classes=["wf-tab"], **_PLAIN))
        for title, parts in tabs
    ]
    return pn.Tabs(*columns, sizing_mode="stretch_both", margin=0, stylesheets=[TABS], css_classes=["wf-sides"])
