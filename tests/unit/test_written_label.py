"""A label as a person writes it."""

import pytest

from watchfloor.data.ingest.written_label import parse_label, write_label
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Tier, Tlp


@pytest.mark.parametrize(
    ("written", "owner", "meant"),
    [
        ("public", None, PUBLIC),
        ("Public", "DEA", PUBLIC),
        ("DEA/AMBER", None, LabelSpec("DEA", Tlp.AMBER)),
        ("DEA/tlp:red", None, LabelSpec("DEA", Tlp.RED)),
        ("DEA/AMBER+STRICT", None, LabelSpec("DEA", Tlp.AMBER_STRICT)),
        ("DEA/AMBER+STRICT+CBP", None, LabelSpec("DEA", Tlp.AMBER_STRICT, releasable_to=frozenset({"CBP"}))),
        ("DEA/amber-strict", None, LabelSpec("DEA", Tlp.AMBER_STRICT)),
        ("AMBER", "DEA", LabelSpec("DEA", Tlp.AMBER)),
        ("DEA/AMBER", "DEA", LabelSpec("DEA", Tlp.AMBER)),
        ("DEA/AMBER/SENSITIVE", None, LabelSpec("DEA", Tlp.AMBER, Tier.SENSITIVE)),
        ("DEA/RED/LANTERN", None, LabelSpec("DEA", Tlp.RED, compartment="LANTERN")),
        ("DEA/RED/SEALED/LANTERN", None, LabelSpec("DEA", Tlp.RED, Tier.SEALED, "LANTERN")),
        ("DEA/GREEN+CBP, HSI", None, LabelSpec("DEA", Tlp.GREEN, releasable_to=frozenset({"CBP", "HSI"}))),
    ],
)
def test_a_label_is_understood(written: str, owner: str | None, meant: LabelSpec) -> None:
    assert parse_label(written, owner) == meant
    assert parse_label(write_label(meant)) == meant


@pytest.mark.parametrize(
    ("written", "owner", "said"),
    [
        ("", None, "is no label"),
        ("DEA", None, "is no label"),
        ("AMBER", None, "is no label"),
        ("DEA/PINK", None, "no TLP marking"),
        ("DEA//AMBER", None, "is no label"),
        ("DEA/AMBER/WHAT/EVER", None, "is no tier"),
        ("DEA/AMBER", "CBP", "--owner says"),
        ("DEA/CLEAR/SENSITIVE", None, "no tier and no compartment"),
    ],
)
def test_what_is_no_label_is_refused(written: str, owner: str | None, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        parse_label(written, owner)
