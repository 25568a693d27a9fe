"""Who takes part in the exercise: three invented agencies, their demo accounts, the sealed compartment."""

from dataclasses import dataclass
from typing import Final

from watchfloor.data.registry import Account
from watchfloor.geo.scope import PrincipalKind, Right, Tier

COMPARTMENT: Final = "EXERCISE-HARBOR-LANTERN"
DEMO_PASSWORD: Final = "exercise"  # noqa: S105  # demo accounts exist in exercise stores only, and are refused beyond loopback


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the exercise; the telephone number is from a range reserved for fiction."""

    code: str
    name: str
    watch_phone: str


AGENCIES: tuple[Agency, ...] = (
    Agency("NTF", "Northern Task Force (exercise)", "+1 202-555-0110"),
    Agency("CGD", "Coast Guard District (exercise)", "+1 305-555-0120"),
    Agency("SBI", "State Bureau of Investigation (exercise)", "+1 614-555-0130"),
)


def _person(name: str, display_name: str, agency: str, tier: Tier, *more: tuple[Right, str]) -> Account:
    rights = ((Right.TIER, str(int(tier))), *more)
    return Account(name, PrincipalKind.PERSON, display_name, agency, rights, DEMO_PASSWORD, is_demo=True)


ACCOUNTS: tuple[Account, ...] = (
    _person("ntf.analyst", "Alba Norrfjäll, analyst (exercise)", "NTF", Tier.SENSITIVE),
    _person(
        "ntf.lead",
        "Óscar Vellamonte, supervisor (exercise)",
        "NTF",
        Tier.SEALED,
        (Right.COMPARTMENT, COMPARTMENT),
        (Right.HEALTH, "yes"),
    ),
    _person("cgd.analyst", "Maeve O'Brannick, analyst (exercise)", "CGD", Tier.SENSITIVE),
    _person(
        "cgd.lead", "Tomasz Grzelecki, supervisor (exercise)", "CGD", Tier.SEALED, (Right.COMPARTMENT, COMPARTMENT)
    ),
    _person("sbi.analyst", "Nadia Farrouki, analyst (exercise)", "SBI", Tier.SENSITIVE),
    _person("sbi.health", "Ingrid Løvdal, epidemiologist (exercise)", "SBI", Tier.SENSITIVE, (Right.HEALTH, "yes")),
    _person("sbi.lead", "Étienne Carvasse, supervisor (exercise)", "SBI", Tier.RESTRICTED),
    _person("auditor", "Wen Aldersley, auditor (exercise)", "NTF", Tier.OPEN, (Right.AUDIT, "yes")),
    _person(
        "operator",
        "Rui Quintabela, operator (exercise)",
        "NTF",
        Tier.RESTRICTED,
        (Right.OPERATE, "yes"),
        (Right.AUDIT, "yes"),
    ),
    Account(
        "wall.ntf",
        PrincipalKind.WALL,
        "Wall display of the watch floor (exercise)",
        "NTF",
        ((Right.TIER, str(int(Tier.OPEN))),),
        is_demo=True,
    ),
)

NAMED: tuple[tuple[str, str], ...] = (("ntf.lead", "NTF"), ("cgd.lead", "CGD"), ("sbi.lead", "SBI"))
"""Accounts that are named for the RED labels of an agency."""
