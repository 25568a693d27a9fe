"""The layers at work: asks for each that is on, shows its marks on the map and its legend in the list."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from watchfloor.dashboards.choices import LAYERS
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.layer_list import LayerList
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.readings import DERIVED, MARKS, Reading, Wish, read_layer, saying, wish_of
from watchfloor.dashboards.state import ASKED
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Origin
from watchfloor.geo.errors import BadQuestion
from watchfloor.layers.vectors import Vectors, nothing


class LayerBoard:
    """Carries the choices of layers to questions, and their answers to map and list.

    marks: what is drawn one by one on the map now, by name. on_marks: called when they changed: a selected
    mark is drawn from its layer, which may come later than the selection.
    """

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        self._desk, self._map = desk, map_view
        self.on_marks: Callable[[], None] | None = None
        self._asked: dict[str, Wish] = {}
        self.marks: dict[str, Vectors] = {}
        self.list = LayerList(desk.state, on_again=self._read)
        desk.state.param.watch(lambda *_: self.read(), [*ASKED, "layers", "theme", "zoom"])

    def read(self) -> None:
        """Ask for every layer that is on, unless its answer is here already."""
        for layer in LAYERS:
            if layer.code in self._desk.state.layers:
                self._read(layer.code)
            else:
                self._drop(layer.code)

    def reread(self) -> None:
        """Ask for everything once more: the data or the reader's rights have changed."""
        self._asked.clear()
        self.read()

    def _read(self, code: str) -> None:
        desk = self._desk
        wish = wish_of(code, desk.state, sees_health=desk.sees_health)
        if self._asked.get(code) == wish:
            self._show(code)
            return
        self._asked[code] = wish
        self.list.wait(code)
        question = partial(_read_with_origin, code, desk.repository, desk.asker, wish)
        desk.answers.ask(f"layer {code}", question, partial(self._take, code), partial(self._fault, code))

    def _take(self, code: str, answer: tuple[Reading, Origin | None]) -> None:
        reading, origin = answer
        self.list.take(code, reading, origin)
        self.marks |= reading.marks
        self._show(code)
        if self.on_marks is not None:
            self.on_marks()

    def _fault(self, code: str, fault: PaneState) -> None:
        self._asked.pop(code, None)
        self.list.fault(code, fault)
        if self._desk.state.known_at is not None:
            # what is refused of then must not go on showing what is known now
            self._clear(code)

    def _show(self, code: str) -> None:
        opacity = self._desk.state.layers.get(code, 0) / 100
        for name, (layer, _) in MARKS.items():
            if layer == code and name in self.marks:
                self._map.set_vectors(name, self.marks[name], opacity)

    def _drop(self, code: str) -> None:
        self._desk.answers.forget(f"layer {code}")
        if self._asked.pop(code, None) is not None:
            self._clear(code)

    def _clear(self, code: str) -> None:
        for name, (layer, shape) in MARKS.items():
            if layer == code:
                self.marks.pop(name, None)
                self._map.set_vectors(name, nothing(shape))


def _read_with_origin(code: str, repository: Repository, asker: Asker, wish: Wish) -> tuple[Reading, Origin | None]:
    reading = read_layer(code, repository, asker, wish)
    try:
        origin = repository.origin(asker, wish.query)
    except BadQuestion as error:
        if wish.query.known_at is None:
            raise
        # the layer can be told as of then, only where its newest data come from cannot
        return saying(reading, str(error)), None
    if origin is not None and code in DERIVED:
        origin = replace(origin, shown=repository.shown(asker, wish.query))
    return reading, origin
