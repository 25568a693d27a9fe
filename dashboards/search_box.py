"""The search box: entities and cases by part of a name or identifier, each a link to its page."""

from functools import partial

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Linked

LEAST_LETTERS = 2


class SearchBox(Viewer):
    """A line to write in, and what is found below it."""

    def __init__(self, repository: Repository, asker: Asker, answers: Answers) -> None:
        super().__init__()
        self._repository, self._asker, self._answers = repository, asker, answers
        self._text = pn.widgets.TextInput(
            label="Search", placeholder="Search names, plates, phones…", stylesheets=[WIDGETS],
            sizing_mode="stretch_width", margin=0, css_classes=["wf-search"],
        )  # fmt: skip
        self._found = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0, visible=False,
                                   css_classes=["wf-found-pane"])  # fmt: skip
        self._text.param.watch(lambda event: self._ask(event.new), "value")
        self._layout = pn.Column(self._text, self._found, sizing_mode="stretch_width", margin=0)

    def _ask(self, text: str) -> None:
        wanted = text.strip()
        if len(wanted) < LEAST_LETTERS:
            self._answers.forget("search")
            self._found.visible = False
            return
        question = partial(self._repository.search, self._asker, wanted)
        self._answers.ask("search", question, self._display, self._fault)

    def _display(self, found: tuple[Linked, ...]) -> None:
        self._found.param.update(object=rendered("found.html", rows=found, sentence=""), visible=True)

    def _fault(self, fault: PaneState) -> None:
        self._found.param.update(object=rendered("found.html", rows=(), sentence=fault.sentence), visible=True)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
