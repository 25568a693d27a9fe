"""To whom a file may go, and how strictly it is marked."""

from datetime import UTC, datetime

import pytest

from watchfloor.geo.handing_on import ONLY_ME, Counts, Handling, strictest_marking, why_not_to
from watchfloor.geo.scope import Entitlement, Label, Principal, PrincipalKind, Right, Tier, Tlp, may_see

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LABELS = [
    Label(1, "PUBLIC", Tlp.CLEAR, Tier.OPEN),
    Label(2, "NTF", Tlp.GREEN, Tier.SENSITIVE),
    Label(3, "NTF", Tlp.AMBER, Tier.OPEN),
    Label(4, "NTF", Tlp.AMBER, Tier.RESTRICTED, None, frozenset({"CGD"})),
    Label(5, "NTF", Tlp.AMBER_STRICT, Tier.OPEN),
    Label(6, "NTF", Tlp.RED, Tier.SEALED),
    Label(7, "NTF", Tlp.GREEN, Tier.OPEN, "LANTERN"),
]


@pytest.mark.parametrize("agency", ["NTF", "CGD", "SBI"])
@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.title)
def test_an_agency_is_given_what_its_officer_sees_without_a_circle_or_a_name_of_their_own(
    label: Label, agency: str
) -> None:
    officer = Principal("x", PrincipalKind.PERSON, agency, (Entitlement(Right.TIER, "3", NOW),))
    assert (not why_not_to([label], agency)) == may_see(officer, label, NOW)


def test_one_forbidden_label_among_many_is_reason_enough() -> None:
    assert len(why_not_to(LABELS, "SBI")) == 5


def test_only_the_asker_is_given_everything_that_the_asker_sees() -> None:
    assert why_not_to(LABELS, ONLY_ME, is_health=True) == ()


def test_single_overdoses_go_to_no_agency() -> None:
    assert why_not_to(LABELS[:1], "NTF", is_health=True)


def test_the_marking_is_as_strict_as_the_strictest_label_in_every_part() -> None:
    assert strictest_marking(LABELS) == "TLP:RED · SEALED · owner NTF · compartment LANTERN"
    assert strictest_marking(LABELS[2:4]) == "TLP:AMBER · RESTRICTED · owner NTF"
    assert strictest_marking([LABELS[3]]) == "TLP:AMBER · RESTRICTED · owner NTF · releasable to CGD"
    assert strictest_marking([]) == "TLP:CLEAR"


def test_a_file_of_the_exercise_says_so_before_all_else() -> None:
    handling = Handling(
        True, ((LABELS[0], 3),), {"layer": "ports"}, "Ports", NOW, None, Counts(3), "Ana (ana)", "NTF", "CGD"
    )
    assert handling.marking == "EXERCISE · TLP:CLEAR · OPEN · owner PUBLIC"
    assert handling.sentences[0] == handling.marking
    assert handling.as_json()["given_to"] == "CGD"
