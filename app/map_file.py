"""A picture of the map as a file, for `app.exporting`: read under the asker's scope, marked, drawn, written as PNG."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from watchfloor.app.identity import Visit
from watchfloor.app.map_drawing import MapDrawing, symbol_zoom
from watchfloor.app.map_order import MapOrder
from watchfloor.app.map_reading import counts_in, labels_of, queries_of, things_kept, united
from watchfloor.app.map_words import (
    Facts,
    entries_of,
    facts_of,
    look_of,
    notes_of,
    outlined_of,
    sources_of,
    subtitle_of,
    texts_of,
    title_of,
    words_of,
)
from watchfloor.app.runtime import Runtime
from watchfloor.app.tile_painters import Pictures, Viewer
from watchfloor.dashboards.readings import read_layer, wish_of
from watchfloor.dashboards.state import State
from watchfloor.data.export.reading import HEALTH
from watchfloor.data.export.spool import PRIVATE
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.handing_on import Counts, Form, Handling
from watchfloor.geo.kept_selection import PLACES
from watchfloor.geo.map_window import MapWindow, scale_bar, window_of
from watchfloor.geo.scope import Label, Scope
from watchfloor.layers.map_sheet import Sheet, Words, bar_width, sheet_round
from watchfloor.layers.sheet_png import write_png

KEY: Final = "watchfloor"
MOST_TRIES: Final = 3

type Told = Callable[[int], None]
type Labels = tuple[tuple[Label, int], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """What was read for a picture, before any of it is drawn."""

    drawing: MapDrawing
    sheet: Sheet
    handling: Handling


@dataclass(slots=True)
class MapFile:
    """A picture of the map. pictures: the painters' own, made when the first is drawn."""

    repository: Repository
    pictures: Callable[[], Pictures]
    asker: Asker
    scope: Scope
    order: MapOrder
    is_exercise: bool
    title: str = "The map"
    _ready: Ready | None = field(default=None, init=False)

    @property
    def form(self) -> Form:
        """Of the file."""
        return Form.PNG

    def read(self, _folder: Path, told: Told) -> int:
        """Read what is drawn and under which labels it stands; how many tiles there are.

        Raises Refused if a label forbids whom it is for, BadQuestion, NotSignedIn, StoreUnavailable.
        """
        self._ready = self._read(self._labels())
        told(0)
        return self._ready.drawing.tiles()

    def write(self, path: Path, told: Told) -> Handling:
        """Draw and write it; told: takes the number of tiles drawn so far."""
        assert self._ready is not None
        ready, viewer = self._ready, Viewer(self.asker, self.scope)
        for _ in range(MOST_TRIES):
            picture = ready.drawing.drawn(self.pictures(), viewer, told)
            # what was published while it was drawn may stand under a label that its frame does not name yet
            now = self._labels()
            if {label for label, _ in now} <= {label for label, _ in ready.handling.labels}:
                break
            ready = self._read(united(now, ready.handling.labels))
        else:
            raise BadQuestion("new labels came while the picture was drawn: export it again in a moment")
        bar = scale_bar(ready.drawing.window, bar_width(ready.sheet.unit))
        sheet = ready.sheet.drawn(picture, bar)
        handling = replace(ready.handling, content_sha256=hashlib.sha256(sheet.tobytes()).hexdigest())
        texts = texts_of(handling, ready.sheet.words.title, self.order)
        texts |= {"marking": handling.marking, KEY: json.dumps(handling.as_json(), ensure_ascii=False)}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            write_png(sheet, file, texts, self.order.size.dots_per_inch)
        self._ready = None
        return handling

    def _labels(self) -> Labels:
        return labels_of(self.repository, self.asker, self.scope, self.order)

    def _read(self, labels: Labels) -> Ready:
        order, state = self.order, self.order.state
        self.title = title_of(self.repository, self.asker, state)
        kept, n_private = things_kept(self.repository, self.asker, order)
        handling = self._handling(labels, notes_of(order, n_private=n_private))
        sources = sources_of(self.repository, self.asker, queries_of(order, self.scope))
        places = self.repository.kept(self.asker, PLACES) if state.selection is not None else ()
        outlined = outlined_of(state.selection, places, [label for label, _ in labels], order.given_to)
        sheet, handling = self._laid_out(handling, lambda told: facts_of(order, told, sources, outlined))
        window = _window(sheet, order)
        # names and symbols are those of a whole zoom
        zoomed = State(**state.chosen() | {"zoom": float(max(1, symbol_zoom(window, sheet.unit)))})
        wishes = {code: wish_of(code, zoomed, sees_health=self.scope.sees_health) for code in order.readable}
        readings = {code: read_layer(code, self.repository, self.asker, wish) for code, wish in wishes.items()}
        drawing = MapDrawing(replace(order, state=zoomed), window, sheet.unit, readings, kept)
        return Ready(drawing, replace(sheet, words=replace(sheet.words, entries=entries_of(order, readings))), handling)

    def _laid_out(self, handling: Handling, facts: Callable[[Handling], Facts]) -> tuple[Sheet, Handling]:
        """The sheet, and what it says with its counts: they are of what is seen, which depends on the frame's lines."""
        subtitle = subtitle_of(self.order, handling.asked_at)
        for _ in range(MOST_TRIES):
            words = words_of(handling, self.title, subtitle, (), facts(handling))
            sheet = _sheet(self.order, words)
            counts = counts_in(self.repository, self.asker, self.order, _window(sheet, self.order).bbox)
            if counts == handling.counts:
                break
            handling = replace(handling, counts=counts)
        return sheet, handling

    def _handling(self, labels: Labels, notes: tuple[str, ...]) -> Handling:
        order, scope = self.order, self.scope
        is_health = order.shows_single_overdoses and scope.sees_health
        return Handling(
            is_exercise=self.is_exercise,
            labels=labels,
            question=order.as_json() | {"sha256": order.digest()},
            words=f"Map: {self.title}",
            asked_at=datetime.now(UTC),
            known_at=order.state.known_at,
            counts=Counts(0, where=""),
            by=f"{scope.display_name} ({scope.principal})",
            agency=scope.agency,
            given_to=order.given_to,
            notes=((HEALTH,) if is_health else ()) + notes,
        )


def _sheet(order: MapOrder, words: Words) -> Sheet:
    size, look = order.size, look_of(order.state.theme)
    return sheet_round(order.screen, words, look) if size.is_screen else Sheet(*size.pixels, size.unit, words, look)


def _window(sheet: Sheet, order: MapOrder) -> MapWindow:
    left, top, right, bottom = sheet.map_box
    return window_of(order.view, right - left, bottom - top)


def map_file(runtime: Runtime, visit: Visit, order: MapOrder, pictures: Callable[[], Pictures]) -> MapFile:
    """The picture of an order, asked for by who is behind a visit."""
    return MapFile(
        runtime.repository,
        pictures,
        Asker(visit.token, uuid4(), visit.scope),
        visit.scope,
        order,
        is_exercise=runtime.kind is StoreKind.EXERCISE,
    )
