"""A security label as a person writes it on a command line."""

import re

from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Tier, Tlp

FORM = "public, or OWNER/TLP[/TIER][/COMPARTMENT][+AGENCY,AGENCY], for instance DEA/AMBER/SENSITIVE+CBP"


def parse_label(written: str, owner: str | None = None) -> LabelSpec:
    """The label that is meant; case does not matter but in the codes of agencies and compartments.

    owner: the owner agency, if it was named apart; then it may be left out of the text.
    Raises BadQuestion if the text is no label, or names another owner.
    """
    if written.strip().lower() == "public":
        return PUBLIC
    # the plus of AMBER+STRICT is part of the word
    text = re.sub(r"(?i)\bamber[+ -]strict\b", "AMBER_STRICT", written.strip())
    head, _, released = text.partition("+")
    parts = [part.strip() for part in head.split("/")]
    if owner is not None and _tlp(parts[0]) is not None:
        parts.insert(0, owner)
    if len(parts) < 2 or not all(parts):
        raise BadQuestion(f"{written!r} is no label: write {FORM}")
    if owner is not None and parts[0] != owner:
        raise BadQuestion(f"the label's owner is {parts[0]!r} and --owner says {owner!r}")
    tlp = _tlp(parts[1])
    if tlp is None:
        raise BadQuestion(f"{parts[1]!r} is no TLP marking: CLEAR, GREEN, AMBER, AMBER+STRICT or RED")
    tier, compartment = _tier_and_compartment(parts[2:], written)
    if tlp is Tlp.CLEAR and (tier is not Tier.OPEN or compartment):
        raise BadQuestion("TLP:CLEAR may go to everybody: it goes with no tier and no compartment")
    others = frozenset(code.strip() for code in released.split(",") if code.strip())
    return LabelSpec(parts[0], tlp, tier, compartment, others)


def write_label(label: LabelSpec) -> str:
    """The label as `parse_label` reads it."""
    if label == PUBLIC:
        return "public"
    parts = [label.owner, label.tlp.name.replace("_", "+")]
    parts += [label.tier.name] if label.tier is not Tier.OPEN or label.compartment else []
    parts += [label.compartment] if label.compartment else []
    return "+".join(filter(None, ("/".join(parts), ",".join(sorted(label.releasable_to)))))


def _tlp(written: str) -> Tlp | None:
    return Tlp.__members__.get(written.upper().removeprefix("TLP:"))


def _tier_and_compartment(parts: list[str], written: str) -> tuple[Tier, str | None]:
    tier = Tier.OPEN
    if parts and parts[0].upper() in Tier.__members__:
        tier = Tier[parts.pop(0).upper()]
    if len(parts) > 1:
        raise BadQuestion(f"{written!r} is no label: {parts[0]!r} is no tier; write {FORM}")
    return tier, parts[0] if parts else None
