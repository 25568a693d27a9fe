"""TLP markings of STIX objects by their official ids (FIRST TLP 2.0, OASIS extension definition; TLP 1 of STIX 2.1)."""

from collections.abc import Mapping
from typing import Any

from watchfloor.geo.errors import BadInput
from watchfloor.geo.scope import Tlp

_PREFIX = "marking-definition--"
TLP_OF = {
    _PREFIX + number: tlp
    for number, tlp in (
        ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp.CLEAR),
        ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp.GREEN),
        ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp.AMBER),
        ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp.AMBER_STRICT),
        ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp.RED),
        # TLP 1, as STIX 2.1 itself writes it down
        ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp.CLEAR),
        ("34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp.GREEN),
        ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp.AMBER),
        ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp.RED),
        # AMBER+STRICT as OpenCTI wrote it before there was an official one
        ("826578e1-40ad-459f-bc73-ede076f81f37", Tlp.AMBER_STRICT),
    )
}


def statements(objects: list[Any]) -> frozenset[str]:
    """Ids of markings in a bundle that state a text, such as a copyright, and restrict nobody's sight."""
    return frozenset(
        found["id"]
        for found in objects
        if isinstance(found, dict)
        and found.get("type") == "marking-definition"
        and found.get("definition_type") == "statement"
        and isinstance(found.get("id"), str)
        and found["id"] not in TLP_OF
    )


def strictest(found: Mapping[str, Any], stated: frozenset[str]) -> Tlp | None:
    """The strictest TLP of an object, those of its parts included; None if it bears none.

    Raises BadInput for a marking that is not known: what it restricts cannot be kept.
    """
    references = _listed(found.get("object_marking_refs"), "object_marking_refs")
    for at, part in enumerate(_listed(found.get("granular_markings"), "granular_markings")):
        if not isinstance(part, dict):
            raise BadInput(f"granular_markings[{at}] is no object")
        if isinstance(part.get("marking_ref"), str):
            references.append(part["marking_ref"])
        elif not isinstance(part.get("lang"), str):
            raise BadInput(f"granular_markings[{at}] has neither marking_ref nor lang")
    known = [TLP_OF.get(reference) for reference in references if reference not in stated]
    if None in known:
        raise BadInput("has a marking that is not known, so that what it restricts cannot be kept")
    return max((tlp for tlp in known if tlp is not None), default=None)


def _listed(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or any(not isinstance(part, str | dict) for part in value):
        raise BadInput(f"{name} is no list of references")
    return list(value)
