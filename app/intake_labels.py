"""The labels that a person may publish under: offered as choices, and read from what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchfloor.app.identity import Visit
from watchfloor.app.loading_rights import check_may_load
from watchfloor.app.runtime import Runtime
from watchfloor.data.door import Asked
from watchfloor.data.registry import LabelSpec, labels
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Right, Tier, Tlp

PUBLIC = "public"
TLPS = (
    (Tlp.RED, "persons who are named for it"),
    (Tlp.AMBER_STRICT, "the owner's accounts"),
    (Tlp.AMBER, "the owner's accounts, and agencies named below"),
    (Tlp.GREEN, "every account of an agency"),
    (Tlp.CLEAR, "everybody; the agency stays its owner"),
)


@dataclass(frozen=True, slots=True)
class LabelChoices:
    """What can be chosen: owner agencies, compartments that the person holds, agencies to release to."""

    owners: tuple[str, ...]
    compartments: tuple[str, ...]
    agencies: tuple[tuple[str, str], ...]

    @property
    def tlps(self) -> list[tuple[str, str, str]]:
        """Code, marking and who sees it, the narrowest first."""
        return [(tlp.name, tlp.title, who) for tlp, who in TLPS]

    @property
    def tiers(self) -> list[str]:
        """Tiers, the least sensitive first."""
        return [tier.name for tier in Tier]

    def chosen(self, said: Mapping[str, str], released: list[str]) -> LabelSpec:
        """The label that a form means. Raises BadQuestion for what was not offered, or does not go together."""
        from watchfloor.data.ingest.written_label import parse_label  # noqa: PLC0415

        if not said.get("tlp"):
            raise BadQuestion("choose who may see it: the label")
        if said["tlp"] == PUBLIC:
            return parse_label(PUBLIC)
        owner, compartment = said.get("owner", ""), said.get("compartment", "")
        known = {code for code, _ in self.agencies}
        if owner not in self.owners or (compartment and compartment not in self.compartments) or set(released) - known:
            raise BadQuestion("that label was not offered: choose again")
        if released and said["tlp"] != Tlp.AMBER.name:
            raise BadQuestion("only TLP:AMBER is releasable to named agencies: take them away, or choose AMBER")
        parts = [
            owner,
            said["tlp"].replace("_", "+"),
            said.get("tier") or Tier.OPEN.name,
            *([compartment] * bool(compartment)),
        ]
        return parse_label("/".join(parts) + ("+" + ",".join(released) if released else ""))


def label_choices(runtime: Runtime, visit: Visit) -> LabelChoices:
    """What this person may choose: its own agency as owner, every agency with the right to operate."""
    scope = visit.scope
    with runtime.door.open(visit.token, Asked("page", {"page": "intake"})) as (connection, _):
        agencies = tuple(
            (code, name)
            for code, name in connection.execute("SELECT code, name FROM watchfloor.agency ORDER BY code")
            if code != "PUBLIC"
        )
        seen = labels(connection)
    owners = [code for code, _ in agencies] if Right.OPERATE in scope.rights else []
    compartments = sorted({label.compartment for label in seen if label.compartment})
    return LabelChoices(tuple(dict.fromkeys([scope.agency or "", *owners])), tuple(compartments), agencies)


def checked_label(runtime: Runtime, visit: Visit, said: Mapping[str, str], released: list[str]) -> LabelSpec:
    """The label that a form means, if the person may publish under it. Raises Refused, BadQuestion."""
    label = label_choices(runtime, visit).chosen(said, released)
    check_may_load(visit.scope, label)
    return label
