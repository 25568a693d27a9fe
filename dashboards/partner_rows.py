"""Partners' layers as rows of their board, and their features as words: all texts are from outside."""

from collections.abc import Mapping
from typing import Any

from watchfloor.dashboards.choices import PARTNER_OPACITY
from watchfloor.dashboards.kept_rows import marking, written
from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.shelf import PartnerStatus
from watchfloor.geo.partner_layers import PartnerFeature, PartnerLayer
from watchfloor.geo.scope import Label
from watchfloor.layers.palettes import Theme
from watchfloor.layers.partner import HEX

FORMS = {"geojson": "GeoJSON", "geopackage": "GeoPackage", "kml": "KML", "shapefile": "Shapefile"}
MOST_TOLD = 6


def colour_of(code: str, theme: Theme) -> str:
    """A colour as the theme shows it."""
    return HEX.get(code, HEX["sky"])[theme == "light"]


def file_row(layer: PartnerLayer, on: Mapping[str, int], theme: Theme) -> dict[str, Any]:
    """A layer of a file. on: opacities of those that are on."""
    aside = f"{layer.set_aside:,} of {layer.n + layer.set_aside:,} features set aside" if layer.set_aside else "Notes"
    return {
        "code": layer.code,
        "title": layer.name,
        "is_on": layer.code in on,
        "opacity": max(5, on.get(layer.code, PARTNER_OPACITY)),
        "below": False,
        "colour": colour_of(layer.colour, theme),
        "what": f"{layer.n:,} {'feature' if layer.n == 1 else 'features'}, for reference",
        "status": "",
        "is_stale": False,
        "lines": [f"{FORMS.get(layer.format, layer.format)} · {layer.file}", f"{_adder(layer)} · {written(layer.at)}"],
        "hash": layer.sha256.hex(),
        "notes": list(layer.notes),
        "notes_title": aside,
        "has_place": True,
        "may_remove": layer.may_remove,
        **marking(layer.label),
    }


def _adder(layer: PartnerLayer) -> str:
    """Who added a layer, by name and agency; of another's, where to call."""
    keeper = layer.keeper
    if keeper is None:
        return layer.author
    return keeper.words if layer.may_remove or not keeper.call else f"{keeper.words} · call {keeper.call}"


def address_row(
    address: PartnerAddress, label: Label, status: PartnerStatus, on: Mapping[str, int], theme: Theme
) -> dict[str, Any]:
    """A layer of an address. status: how it is served."""
    is_picture = address.kind != "ogc-features"
    return {
        "code": address.code,
        "title": address.title,
        "is_on": address.code in on,
        "opacity": max(5, on.get(address.code, PARTNER_OPACITY)),
        "below": is_picture,
        "colour": "" if is_picture else colour_of(address.colour, theme),
        "what": f"{address.what}, for reference",
        "status": said_of(status),
        "is_stale": bool(status.why),
        "lines": [line for line in (address.attribution, f"layer {address.layer}") if line],
        "hash": "",
        "notes": [],
        "notes_title": "",
        "has_place": False,
        "may_remove": False,
        **marking(label),
    }


def said_of(status: PartnerStatus) -> str:
    """How old what is shown is, and what is wrong, in one sentence."""
    as_of = f"as of {written(status.as_of)}" if status.as_of else "no picture kept here"
    if status.cut_since is not None:
        return f"{as_of[:1].upper()}{as_of[1:]}, link cut since {written(status.cut_since)}: {status.why}"
    if status.why:
        return f"{as_of[:1].upper()}{as_of[1:]}, the last answer was not used: {status.why}"
    return f"{as_of[:1].upper()}{as_of[1:]}" if status.as_of else "Asked for when it is shown"


def told_beside(feature: PartnerFeature, title: str, colour: str) -> dict[str, Any]:
    """A feature as a resting cursor is told of it."""
    rows = [[colour, name[:40], value[:120]] for name, value in feature.properties if value != feature.title]
    rows = rows[:MOST_TOLD] or [[colour, "Layer", title]]
    return {"title": feature.title[:120], "rows": rows, "foot": f"{title} · partner layer, for reference"}


def card_of(feature: PartnerFeature, title: str) -> dict[str, Any]:
    """A feature with all that its file says of it."""
    rows = [[name, value] for name, value in feature.properties]
    source = f"{title} · feature {feature.number:,} · partner layer, for reference"
    return {"title": feature.title[:200], "source": source, "rows": rows or [["", "Its file says no more of it."]]}
