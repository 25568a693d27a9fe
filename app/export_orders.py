"""What a page orders: its choices as a link writes them, and what of them is to become a file. All of it is hostile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from watchfloor.app.identity import Visit
from watchfloor.app.map_order import MapOrder, map_order
from watchfloor.app.runtime import Runtime
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import mark_query
from watchfloor.data.export.exports import Read, read_order, write_order
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import ONLY_ME, Form, Handling
from watchfloor.geo.kept_selection import PLACES, kept_as
from watchfloor.geo.query import Layer
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import SpotKind

VIEW, EVERYWHERE, MARK, SELECTION = "view", "everywhere", "mark", "selection"


class Wanted(BaseModel):
    """An order as the page sends it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    link: dict[str, str] = Field(max_length=60)
    of: str = Field(max_length=20)
    layer: str = Field(max_length=20)
    form: str = Field(max_length=20)
    given_to: str = Field(max_length=40)
    bbox: tuple[float, float, float, float]
    size: str = Field("screen", max_length=20)
    theme: str = Field("dark", max_length=20)
    kept: bool = False

    @property
    def is_map(self) -> bool:
        """Whether a picture of the map is wanted, in place of records."""
        return self.form == Form.PNG

    @classmethod
    def parse(cls, body: bytes) -> "Wanted":
        """The order in a request's body. Raises BadQuestion."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise BadQuestion("the order for a file cannot be read: open the page again") from error


def order_of(wanted: Wanted, agencies: Sequence[str]) -> ExportOrder:
    """The order as the store takes it. agencies: codes of all that a file may be for. Raises BadQuestion."""
    state = _state(wanted, agencies)
    form, layer, view = _form(wanted.form), _layer(wanted.layer), BBox(*wanted.bbox)
    if wanted.of == MARK:
        return _of_mark(state, form, wanted.given_to)
    query = state.query(layer)
    if wanted.of == EVERYWHERE:
        return ExportOrder(form, query, given_to=wanted.given_to)
    if wanted.of == SELECTION:
        if state.selection is None:
            raise BadQuestion("nothing is selected: select a place on the map first")
        return ExportOrder(form, query, state.selection, given_to=wanted.given_to)
    if wanted.of != VIEW:
        raise BadQuestion("choose what is to be exported")
    return ExportOrder(form, query, Selection.of(Area(view)), given_to=wanted.given_to)


def map_order_of(wanted: Wanted, agencies: Sequence[str]) -> MapOrder:
    """The picture that is ordered. Raises BadQuestion."""
    return map_order(
        _state(wanted, agencies),
        wanted.link,
        BBox(*wanted.bbox),
        size=wanted.size,
        theme=wanted.theme,
        with_kept=wanted.kept,
        given_to=wanted.given_to,
    )


def _state(wanted: Wanted, agencies: Sequence[str]) -> State:
    state, faults = State.from_link(wanted.link)
    if faults:
        raise BadQuestion(faults[0])
    if wanted.given_to != ONLY_ME and wanted.given_to not in agencies:
        raise BadQuestion("choose one of the agencies for which the file is")
    return state


def _of_mark(state: State, form: Form, given_to: str) -> ExportOrder:
    mark = state.mark
    if mark is None:
        raise BadQuestion("no mark is selected: choose one on the map first")
    query = mark_query(state, mark)
    if mark.spot.kind in {SpotKind.AREA, SpotKind.PIXEL}:
        return ExportOrder(
            form, state.query(Layer.SEIZURES), Selection.of(Area.parse(mark.spot.name)), given_to=given_to
        )
    return ExportOrder(form, query, spot=mark.spot, given_to=given_to)


def _form(text: str) -> Form:
    try:
        return Form(text)
    except ValueError as error:
        raise BadQuestion(f"there is no form {text[:20]!r}; there are: {', '.join(Form)}") from error


def _layer(text: str) -> Layer:
    try:
        return Layer(text)
    except ValueError as error:
        raise BadQuestion(f"there is no layer {text[:20]!r}") from error


@dataclass(slots=True)
class RecordsFile:
    """A file of records, for `app.exporting`."""

    repository: Repository
    asker: Asker
    order: ExportOrder
    is_exercise: bool
    done: Read | None = None

    @property
    def form(self) -> Form:
        """Of the file."""
        return self.order.form

    @property
    def title(self) -> str:
        """What is in it, for a list."""
        return self.order.words

    def read(self, folder: Path, told: Callable[[int], None]) -> int:
        """Put the records aside."""
        self.done = read_order(
            self.repository, self.asker, self.order, folder / "spool", told, is_exercise=self.is_exercise
        )
        return self.done.found.counts.records

    def write(self, path: Path, told: Callable[[int], None]) -> Handling:
        """Write the file, and put nothing aside any more."""
        assert self.done is not None
        handling = write_order(self.done, path, told)
        self.done.found.spool.remove()
        self.done = None
        return handling


def records_file(runtime: Runtime, visit: Visit, order: ExportOrder) -> RecordsFile:
    """The file of an order, asked for by who is behind a visit."""
    asker, repository = Asker(visit.token, uuid4()), runtime.repository
    if order.place is not None:
        order = replace(order, area=kept_as(order.place, repository.kept(asker, PLACES)))
    return RecordsFile(repository, asker, order, is_exercise=runtime.kind is StoreKind.EXERCISE)
