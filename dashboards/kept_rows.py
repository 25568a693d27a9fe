"""Rows of the board of kept things: texts and acts, as kept_board.js draws them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_drafts import link_of
from watchfloor.geo.scope import Label, Tier, Tlp

type Action = dict[str, Any]

REMOVE: Action = {"act": "remove", "title": "Remove", "sure": "Remove for all?"}
ALONE: Action = {**REMOVE, "sure": "Remove?"}
EDIT: Action = {"act": "edit", "title": "Change or share"}


def section(
    title: str, rows: Sequence[dict[str, Any]], *, empty: str, adds: Sequence[Action], **more: Any
) -> dict[str, Any]:
    """One list with its heading. empty: what to do while there is nothing. adds: buttons that make a new one."""
    return {"title": title, "rows": list(rows), "empty": empty, "adds": list(adds), **more}


def row(kept: Kept, actions: Sequence[Action] = (), *, since: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A kept thing. since: when the reader last looked; what others changed after that is new."""
    own = [EDIT] if kept.may_change and kept.kind is not KeptKind.ATTACHMENT else []
    ends = [ALONE if kept.is_private else REMOVE] if kept.may_change else []
    return {
        "id": str(kept.id),
        "name": kept.name,
        "text": "",
        "line": line(kept),
        "actions": [*actions, *own, *ends],
        "may_change": kept.may_change,
        "is_new": bool(since and kept.at > since and not kept.is_own),
        **marking(kept.label),
        **more,
    }


def line(kept: Kept) -> str:
    """Who kept it and when, and who else has a hand in it; of another agency's, where to call."""
    parts = ["Only you" if kept.is_private else _person(kept, kept.begun_by), written(kept.begun_at)]
    if kept.version > 1:
        parts.append(
            f"changed by {_person(kept, kept.author)} {written(kept.at)}"
            if kept.author != kept.begun_by
            else "changed since"
        )
    return " · ".join(parts)


def _person(kept: Kept, account: str) -> str:
    """A person by name and agency; whoever is not the reader also by where to call."""
    keeper = kept.people.get(account)
    if keeper is None:
        return account
    return keeper.words if kept.is_own or not keeper.call else f"{keeper.words} · call {keeper.call}"


def marking(label: Label) -> dict[str, str]:
    """A label as a chip shows it."""
    return {"tlp": label.tlp.title, "tlp_code": label.tlp.name.lower(), "label": label.title}


def label_choice(label: Label) -> dict[str, Any]:
    """A label as it can be chosen, with who will see what bears it."""
    parts = [label.tlp.title.removeprefix("TLP:"), *([] if label.tier is Tier.OPEN else [label.tier.name]), label.owner]
    parts += [label.compartment] if label.compartment else []
    parts += [f"to {', '.join(sorted(label.releasable_to))}"] if label.releasable_to else []
    return {"id": label.id, "title": " · ".join(parts), "who": _who(label), **marking(label)}


def _who(label: Label) -> str:
    agencies = ", ".join([label.owner, *sorted(label.releasable_to)])
    who = {
        Tlp.CLEAR: "everybody",
        Tlp.GREEN: "every agency",
        Tlp.AMBER: f"the accounts of {agencies}",
        Tlp.AMBER_STRICT: f"the accounts of {label.owner}",
        Tlp.RED: "those who are named for this label",
    }[label.tlp]
    needs = [f"tier {label.tier.name}"] if label.tier is not Tier.OPEN else []
    needs += [f"compartment {label.compartment}"] if label.compartment else []
    return f"{who} with {' and '.join(needs)}" if needs else who


def written(at: datetime) -> str:
    """A moment to the minute, UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def view_address(kept: Kept) -> str:
    """The page that shows a saved view."""
    return "/explore?" + urlencode(link_of(kept.body), safe=":,/")


def brief_of(kept: Kept) -> Action:
    """The page that briefs on a kept area, under the page's choices but for what is selected and marked there."""
    return {"act": "brief", "title": "Brief", "href": f"/brief?kept={kept.id}", "without": ["selection", "mark"]}
