"""STIX 2.1 objects understood: locations, identities and actors, sightings, observations, relationships.

Source: OASIS STIX 2.1 (10 June 2021), sections 3.2 (common properties), 4 (objects) and 5 (relationships).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watchfloor.geo.errors import BadInput
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.identifiers import exact_identifier
from watchfloor.geo.precision import PlacePrecision, TimePrecision

# object types that are entities here: how POLE has them
ENTITIES = {
    "location": ("location", "location"),
    "identity": ("person", "organisation"),
    "threat-actor": ("person", "threat_actor"),
    "intrusion-set": ("person", "intrusion_set"),
    "infrastructure": ("object", "infrastructure"),
}
EVENTS = {"sighting": "sighting", "observed-data": "observation"}
READ = {*ENTITIES, *EVENTS, "relationship"}
_ID = re.compile(
    r"([a-z][a-z0-9-]{1,248}[a-z0-9])--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_MOST_TEXT = 100_000
_LARGEST = 10**15
SECOND = int(TimePrecision.SECOND)
# up to so many metres a place is known so closely
_CLOSENESS = (
    (50.0, PlacePrecision.EXACT),
    (500.0, PlacePrecision.STREET),
    (15_000.0, PlacePrecision.TOWN),
    (80_000.0, PlacePrecision.COUNTY),
    (500_000.0, PlacePrecision.STATE),
)
_SHOWN = ("region", "country", "administrative_area", "city", "street_address", "postal_code")
_DESCRIBED = ("description", "identity_class", "sectors", "threat_actor_types", "aliases", "infrastructure_types")
_FURTHER = ("confidence", "labels", "created", "modified", "created_by_ref", "count", "number_observed", "summary")


class BadProperty(BadInput):
    """A property of an object is not as the standard has it."""

    def __init__(self, name: str, value: Any, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.value = value


@dataclass(frozen=True, slots=True)
class Placed:
    """Where something is: degrees, metres, code of the precision; all but the last None where it is nowhere."""

    lon: float | None = None
    lat: float | None = None
    uncertainty_m: float | None = None
    precision: int = PLACE_CODES[PlacePrecision.NONE]


def checked_identity(found: Mapping[str, Any]) -> str:
    """The object's id, after the properties that every object has were looked at."""
    identity = found.get("id")
    matched = _ID.fullmatch(identity) if isinstance(identity, str) else None
    if matched is None or matched[1] != found.get("type"):
        raise BadProperty("id", identity, "is no id of an object of this type")
    if found.get("spec_version") != "2.1":
        raise BadProperty("spec_version", found.get("spec_version"), "is not 2.1")
    created, modified = moment(found, "created"), moment(found, "modified")
    if created is None or modified is None or modified < created:
        raise BadProperty("modified", found.get("modified"), "is missing, or before it was created")
    assert isinstance(identity, str)
    return identity


def moment(found: Mapping[str, Any], name: str) -> datetime | None:
    """A moment of an object, UTC; None if it has none."""
    value = found.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise BadProperty(name, value, "is no moment as 2024-01-31T23:59:59.000Z")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError as error:
        raise BadProperty(name, value, "is no moment of the calendar") from error


def span(found: Mapping[str, Any], first: str, last: str) -> tuple[datetime | None, datetime | None]:
    """First and last moment, in order."""
    starts, ends = moment(found, first), moment(found, last)
    if starts is not None and ends is not None and ends < starts:
        raise BadProperty(last, found.get(last), f"is before {first}")
    return starts, ends


def text(value: Any) -> str | None:
    """A text fit to be stored: without zero bytes and halves of characters."""
    if not isinstance(value, str):
        return None
    return value[:_MOST_TEXT].replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip() or None


def reference(found: Mapping[str, Any], name: str) -> str:
    """The id that another object has."""
    value = found.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadProperty(name, value, "is no id of an object")
    return value


def references(found: Mapping[str, Any], name: str) -> list[str]:
    """The ids in a list of references."""
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and _ID.fullmatch(one) for one in value):
        raise BadProperty(name, value, "is no list of ids")
    return value


def place_of(location: Mapping[str, Any]) -> Placed:
    """Where a location is; its precision in metres is the radius, else that of the closest other thing it says."""
    lat, lon = _degrees(location, "latitude", 90), _degrees(location, "longitude", 180)
    if (lat is None) != (lon is None):
        raise BadProperty("longitude" if lon is None else "latitude", None, "is missing beside the other one")
    told = location.get("precision")
    if lat is None or lon is None:
        if told is not None:
            raise BadProperty("precision", told, "is given without latitude and longitude")
        if not (text(location.get("region")) or text(location.get("country"))):
            raise BadProperty("region", None, "is missing, as are country and coordinates: one of them must be there")
        return Placed()
    if told is None:
        precision = _closest(location)
        return Placed(lon, lat, precision.default_uncertainty_m, PLACE_CODES[precision])
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 20_040_000:
        raise BadProperty("precision", told, "is no radius in metres")
    precision = next((close for metres, close in _CLOSENESS if told <= metres), PlacePrecision.COUNTRY)
    return Placed(lon, lat, float(told), PLACE_CODES[precision])


def _degrees(location: Mapping[str, Any], name: str, most: int) -> float | None:
    value = location.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise BadProperty(name, value, f"is no number of degrees within {most}")
    return float(value)


def _closest(location: Mapping[str, Any]) -> PlacePrecision:
    for names, precision in (
        (("street_address",), PlacePrecision.STREET),
        (("city", "postal_code"), PlacePrecision.TOWN),
        (("administrative_area",), PlacePrecision.STATE),
        (("country", "region"), PlacePrecision.COUNTRY),
    ):
        if any(location.get(name) for name in names):
            return precision
    return PlacePrecision.STREET


def name_of(found: Mapping[str, Any]) -> str | None:
    """What an object is called: a location without a name, by the closest thing that it says."""
    said = text(found.get("name"))
    if said or found.get("type") != "location":
        return said
    return ", ".join(
        filter(None, (text(found.get(name)) for name in ("city", "administrative_area", "country", "region")))
    )


def attributes_of(found: Mapping[str, Any]) -> str:
    """What an object says beside, as JSON text; lists are joined."""
    said = {}
    for name in (*_SHOWN, *_DESCRIBED, *_FURTHER):
        value = found.get(name)
        if isinstance(value, list):
            value = ", ".join(filter(None, map(text, value)))
        plain = text(value) if isinstance(value, str) else _number(value)
        if plain not in (None, ""):
            said[name] = plain
    return json.dumps(said, sort_keys=True)


def identifiers_of(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Scheme and value of the exact identifiers among an object's external references, such as IMO or MMSI.

    source_name is the scheme, with the area within which the number is unique: `plate (US-AZ)`.
    """
    references = found.get("external_references")
    said = [one for one in references if isinstance(one, dict)] if isinstance(references, list) else []
    pairs = ((text(one.get("source_name")), text(one.get("external_id"))) for one in said)
    borne = {(scheme.lower(), value): None for scheme, value in pairs if scheme and value}
    return [pair for pair in borne if exact_identifier(*pair)]


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and abs(value) < _LARGEST else None
