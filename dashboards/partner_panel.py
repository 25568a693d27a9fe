"""Layers of partners at work: listed, switched, added and removed; drawn over the map, told under the cursor."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.choices import PARTNER_CODE, PARTNER_OPACITY
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.kept_desk import KEEPERS
from watchfloor.dashboards.kept_forms import first_label
from watchfloor.dashboards.kept_rows import label_choice
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.partner_addresses import Addresses, places_in_view, read_addresses
from watchfloor.dashboards.partner_board import PartnerBoard, PartnerCard
from watchfloor.dashboards.partner_hover import PartnerUnder, card_under
from watchfloor.dashboards.partner_rows import colour_of, file_row
from watchfloor.dashboards.tile_address import GROUND, Stamp, overlays
from watchfloor.geo.partner_layers import COLOURS, MOST_FILE_BYTES, MOST_SHOWN, PartnerLayer
from watchfloor.geo.scope import Label
from watchfloor.layers.vectors import Touch

ACCEPT = ".geojson,.json,.gpkg,.kml,.kmz,.zip"
TOO_MANY = f"At most {MOST_SHOWN} partner layers are shown at the same time: the one that was on longest went off."
# how much of the map a layer fills that is shown whole
_FILLED = 0.8


class PartnerPanel(Viewer):
    """The board below the layers, and the card over the map. on_change: called when other tiles shall be shown."""

    def __init__(self, desk: Desk, map_view: MapView, *, form_key: str = "") -> None:
        super().__init__()
        self._desk, self._map, self._form_key = desk, map_view, form_key
        self.on_change: Callable[[], None] = lambda: None
        self.layers: dict[str, PartnerLayer] = {}
        self._labels: tuple[Label, ...] = ()
        self._agency: str | None = None
        self._wants: str | None = None
        self._addresses: Addresses = {}
        self._stamp: Stamp | None = None
        self.board, self.card = PartnerBoard(self._act), PartnerCard(margin=0)
        self._acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "switch": self._switch, "opacity": self._thin, "remove": self._remove, "fly": self._fly,
            "form": lambda _: self._open(), "cancel": lambda _: self._close(), "added": self._added,
        }  # fmt: skip
        map_view.heed_overlaid(self.look)
        desk.state.param.watch(lambda *_: self._follow(), ["partners", "theme"])
        desk.state.param.watch(lambda *_: self.read(), ["known_at"])
        desk.state.param.watch(lambda *_: self.look(), ["lon", "lat", "zoom"])

    def begin(self) -> None:
        """Read which layers there are, and under which labels one may be added."""
        self.read()
        self.look()
        self._desk.answers.ask("labels of layers", self._read_labels, self._know, self._fault)

    def read(self) -> None:
        """Read anew which layers there are."""
        desk = self._desk
        question = partial(desk.repository.partner_layers, desk.asker, known_at=desk.state.known_at)
        desk.answers.ask("partner layers", question, self._take, self._fault)

    def look(self) -> None:
        """Look how addresses are served, and how old what is shown is."""
        desk = self._desk
        if desk.repository.partners is not None:
            on, places = frozenset(desk.state.partners), places_in_view(self._map)
            question = partial(read_addresses, desk.repository, desk.asker, on, places)
            desk.answers.ask("partner addresses", question, self._looked, self._fault)

    def _looked(self, addresses: Addresses) -> None:
        if addresses != self._addresses:
            self._addresses = addresses
            self._draw()
            if self._stamp is not None:
                self.show_tiles(self._stamp)

    def show_tiles(self, stamp: Stamp) -> None:
        """Show the tiles of what is on."""
        self._stamp = stamp
        told = {code: listed.told() for code, listed in self._addresses.items()}
        known = self.layers.keys() | told.keys() | {GROUND}
        shown = overlays(self._desk.state, stamp, self._desk.asker.view_id, told)
        # a link may name what its reader may not see, or what is gone: nothing is asked about that
        self._map.set_overlays([one for one in shown if one["code"] in known])

    def tapped(self, touch: Touch) -> None:
        """The map was tapped: tell all of what lies there."""
        self.card.card = {}
        if self._desk.state.partners:
            question = partial(card_under, self._desk, touch, self.titles())
            self._desk.answers.ask("partner tap", question, self._tell, lambda _: None)

    def titles(self) -> PartnerUnder:
        """What layers that are on are called, and their colours."""
        on, theme = self._desk.state.partners, self._desk.state.theme
        files = {code: (one.name, colour_of(one.colour, theme)) for code, one in self.layers.items()}
        known = files | {code: listed.titled(theme) for code, listed in self._addresses.items()}
        return {code: known[code] for code in on if code in known}

    def __panel__(self) -> pn.viewable.Viewable:
        return self.board

    def _tell(self, card: dict[str, Any] | None) -> None:
        self.card.card = card or {}

    # ------------------------------------------------------------ acts
    def _act(self, act: str, told: Mapping[str, Any]) -> None:
        if act in self._acts:
            self._acts[act](told)

    def _code(self, told: Mapping[str, Any]) -> str | None:
        code = str(told.get("code", ""))[:80]
        return code if PARTNER_CODE.fullmatch(code) else None

    def _switch(self, told: Mapping[str, Any]) -> None:
        code, state = self._code(told), self._desk.state
        if code is not None:
            self.board.tell(TOO_MANY if told.get("on") is True and len(state.partners) >= MOST_SHOWN else "")
            state.switch_partner(code, PARTNER_OPACITY if told.get("on") is True else None)

    def _thin(self, told: Mapping[str, Any]) -> None:
        code, opacity = self._code(told), told.get("opacity")
        if code in self._desk.state.partners and isinstance(opacity, int | float) and 5 <= opacity <= 100:
            self._desk.state.switch_partner(str(code), int(opacity))

    def _remove(self, told: Mapping[str, Any]) -> None:
        layer = self.layers.get(self._code(told) or "")
        if layer is not None:
            write = partial(self._desk.repository.remove_partner_layer, self._desk.asker, layer.id)
            self._desk.answers.ask("remove layer", write, lambda _: self._removed(layer.code), self._fault)

    def _removed(self, code: str) -> None:
        self._desk.state.switch_partner(code, None)
        self.read()

    def _fly(self, told: Mapping[str, Any]) -> None:
        layer = self.layers.get(self._code(told) or "")
        if layer is not None:
            self._map.fly_to(*place_of(layer.box))

    def _open(self) -> None:
        if self._labels:
            labels = [label_choice(label) for label in self._labels]
            colours = [{"code": code, "hex": colour_of(code, self._desk.state.theme)} for code in COLOURS]
            self.board.tell("")
            self.board.form = {
                "labels": labels, "first": first_label(self._labels, self._agency), "colours": colours,
                "form_key": self._form_key, "most": MOST_FILE_BYTES, "accept": ACCEPT,
            }  # fmt: skip

    def _close(self) -> None:
        self.board.form = {}

    def _added(self, told: Mapping[str, Any]) -> None:
        self._close()
        self._wants = self._code(told)
        self.read()

    # ------------------------------------------------------------ answers
    def _read_labels(self) -> tuple[bool, str | None, tuple[Label, ...]]:
        repository, asker = self._desk.repository, self._desk.asker
        scope = repository.scope(asker)
        may_add = scope.kind in KEEPERS
        return may_add, scope.agency, repository.keepable_labels(asker) if may_add else ()

    def _know(self, known: tuple[bool, str | None, tuple[Label, ...]]) -> None:
        self.board.may_add, self._agency, self._labels = known

    def _take(self, layers: tuple[PartnerLayer, ...]) -> None:
        self.layers = {layer.code: layer for layer in layers}
        wanted, self._wants = self.layers.get(self._wants or ""), None
        if wanted is not None:
            self._desk.state.switch_partner(wanted.code, PARTNER_OPACITY)
            self._map.fly_to(*place_of(wanted.box))
        self._draw()
        if self._stamp is not None:
            self.show_tiles(self._stamp)

    def _fault(self, fault: PaneState) -> None:
        self.board.tell(fault.sentence, is_fault=True)

    def _follow(self) -> None:
        self.card.card = {}
        self._draw()
        self.on_change()
        self.look()

    def _draw(self) -> None:
        on, theme = self._desk.state.partners, self._desk.state.theme
        addressed = [listed.row(on, theme) for listed in self._addresses.values()]
        self.board.rows = [*addressed, *(file_row(layer, on, theme) for layer in self.layers.values())]


def place_of(box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """Longitude, latitude and zoom at which a box is seen whole."""
    west, south, east, north = box
    widest = max((east - west) / 360.0, (north - south) / 180.0, 1e-9)
    return (west + east) / 2, (south + north) / 2, float(np.clip(np.log2(_FILLED * 3.0 / widest), 1.0, 13.0))
