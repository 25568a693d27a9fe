"""The address of a map's tiles: everything that the picture depends on stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from watchfloor.dashboards.choices import ABOVE_LINES, BY_CODE, PARTNER_ITEMS, PARTNER_PICTURES, Drawn
from watchfloor.dashboards.comparing import AS_SWITCHED_ON
from watchfloor.dashboards.readings import CHANGE, against
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.versions import Versions
from watchfloor.geo.comparison import share_days
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer
from watchfloor.layers.live_positions import live_look

GROUND = "ground"
TRACKS = "tracks"
VERSIONED = ("seizures", "reported", "tracks", "overdoses", "places")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes an old picture's address differ from a new one's.

    epoch: of the reader's scope; the server refuses an old one. versions: of all data that the reader may see.
    """

    epoch: str
    versions: Versions

    def of(self, period: Period) -> str:
        """Versions of what tiles of that period show."""
        return ".".join(str(self.versions.of(name, period)) for name in VERSIONED)


def read_stamp(repository: Repository, asker: Asker) -> Stamp:
    """The stamp as it is now; asks the store. Raises NotSignedIn, StoreUnavailable."""
    return Stamp(repository.scope(asker).epoch, repository.versions(asker))


def tile_template(state: State, stamp: Stamp, view: UUID) -> str:
    """The address, with {tiles} to be filled in by the map: z/x/y of each, separated by commas."""
    query = state.query(Layer.SEIZURES)
    layers, other = state.layers, against(state)
    if share_days(query.period, other):
        # the legend says why there is no picture
        layers = {code: share for code, share in layers.items() if code != CHANGE}
    given = {
        "layers": tile_layers(layers, has_ground=not has_pictures(state)),
        "since": query.period.since.isoformat(),
        "until": query.period.until.isoformat(),
        "fact": query.fact.value,
        "measured": query.measured.value,
        "theme": state.theme,
        "e": stamp.epoch,
        "v": stamp.of(query.period),
        "view": str(view),
    }
    if CHANGE in layers:
        changed = (state.compare or AS_SWITCHED_ON).layer
        given |= {"against": f"{other.since}..{other.until}", "changed": changed.value}
        given["v"] += "/" + stamp.of(other)
    if TRACKS in layers and (hours := state.tracks_period.hours) is not None:
        given["hours"] = str(hours)
    if query.substances:
        given["substances"] = ",".join(query.substances)
    if state.resolution is not None:
        given["resolution"] = str(state.resolution)
    if query.known_at is not None:
        given["known_at"] = query.known_at.isoformat()
    given |= query.only.as_parameters()
    return "/tiles/map.bundle?" + urlencode(given, safe=",:") + "&tiles={tiles}"


def live_given(state: State, stamp: Stamp, view: UUID) -> dict[str, object]:
    """Where the map asks for live positions, and how they look; empty while they are off or the page is of then."""
    share = state.layers.get("live")
    if share is None or state.known_at is not None:
        return {}
    url = "/live/positions?" + urlencode({"e": stamp.epoch, "view": str(view)})
    return live_look(state.theme) | {"url": url, "opacity": share / 100}


def has_pictures(state: State) -> bool:
    """Whether pictures of partners are on, which lie between the ground and the facts."""
    return state.known_at is None and any(code.startswith(PARTNER_PICTURES) for code in state.partners)


def overlays(
    state: State, stamp: Stamp, view: UUID, told: Mapping[str, Mapping[str, object]] | None = None
) -> list[dict[str, object]]:
    """Tiles of partners' layers, from the lowest to the highest; with pictures among them, the ground first of all.

    told: of addresses by code, v (another when tiles shall be asked for anew), said and is_stale. What comes from an
    address is of now: it is not drawn while the page looks back.
    """
    shared = {"theme": state.theme, "e": stamp.epoch, "view": str(view)}
    if state.known_at is not None:
        shared["known_at"] = state.known_at.isoformat()
    found: list[dict[str, object]] = [
        {
            "code": code,
            "url": "/partner/tiles.bundle?"
            + urlencode({"code": code, **shared, **_version(told, code)})
            + "&tiles={tiles}",
            "opacity": share / 100,
            "below": code.startswith(PARTNER_PICTURES),
            **{name: value for name, value in (told or {}).get(code, {}).items() if name != "v"},
        }
        for code, share in state.partners.items()
        if state.known_at is None or not code.startswith((PARTNER_PICTURES, PARTNER_ITEMS))
    ]
    if not has_pictures(state):
        return found
    given = {"layers": "ground", "since": "2000-01-01", "until": "2000-01-02"} | shared
    url = "/tiles/map.bundle?" + urlencode(given) + "&tiles={tiles}"
    return [{"code": GROUND, "url": url, "opacity": 1.0, "below": True}, *found]


def _version(told: Mapping[str, Mapping[str, object]] | None, code: str) -> dict[str, object]:
    return {name: value for name, value in (told or {}).get(code, {}).items() if name == "v"}


def tile_layers(on: dict[str, int], *, has_ground: bool = True) -> str:
    """The layers of a tile from the lowest to the highest: ground below, lines and labels above most."""
    dense = {code: f"{code}:{share}" for code, share in on.items() if BY_CODE[code].drawn is Drawn.TILES}
    below, above = (
        [text for code, text in dense.items() if (code in ABOVE_LINES) is is_above] for is_above in (False, True)
    )
    return ",".join([*(["ground"] if has_ground else []), *below, "lines", *above])
