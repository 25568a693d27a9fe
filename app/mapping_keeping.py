"""Kept mappings as commands meet them: looked at under a scope, kept and retired under the rights of loading."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchfloor.app.accounts import PUBLIC_ACCOUNT
from watchfloor.app.administration import ACTION
from watchfloor.app.loading_rights import check_may_keep
from watchfloor.app.os_user import operator_name
from watchfloor.app.runtime import OpenStore
from watchfloor.data.door import Asked
from watchfloor.data.ingest.mapping_text import MappingText
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.mappings import Connection, Kept, list_mappings, newest, parse_named, resolve
from watchfloor.data.registry import LabelSpec, labels
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Scope

if TYPE_CHECKING:
    from watchfloor.data.mappings_save import Saved


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mapping that somebody wants kept. label: None for that of the version before."""

    name: str
    toml: str
    label: LabelSpec | None = None
    header: tuple[str, ...] = ()


@contextmanager
def looking(store: OpenStore, principal: str | None, asked: Asked) -> Iterator[tuple[Connection, str | None]]:
    """A connection that sees what the account may, with its agency; everything for the operator at this machine."""
    if principal is None:
        with intake_connection(store.address) as connection:
            yield connection, None
        return
    with store.signed_in_as(principal) as token, store.door.open(token, asked) as (connection, scope):
        yield connection, scope.agency


def chosen_mapping(store: OpenStore, principal: str | None, written: str) -> MappingText:
    """What `--map` names, as far as the account may see it; everything for the operator at this machine.

    Raises BadQuestion, BadFile as `resolve` does.
    """
    with looking(store, principal, Asked("record", {"mapping": written[:200]})) as (connection, agency):
        return resolve(connection, written, agency)


def keep(store: OpenStore, principal: str | None, wanted: Wanted) -> "Saved":
    """Keep a mapping. Raises Refused, BadInput, BadFile, or BadQuestion if a new name has no label."""
    # the checks of a mapping take a while to import
    from watchfloor.data.mappings_save import NewMapping, checked_name, save_mapping  # noqa: PLC0415

    checked_name(wanted.name)
    scope = scope_of(store, principal)
    label = wanted.label or _label_before(store, wanted.name, scope)
    if scope is not None:
        check_may_keep(scope, label)
    _note(store, principal, {"act": "keep mapping", "name": wanted.name[:200]})
    by = scope.principal if scope else f"operator {operator_name()}"
    return save_mapping(store.address, NewMapping(wanted.name, wanted.toml, label, by, wanted.header))


def retire(store: OpenStore, principal: str | None, versions: Sequence[Kept]) -> int:
    """Take versions out of use; how many were. Raises Refused."""
    from watchfloor.data.mappings_save import retire_mappings  # noqa: PLC0415

    scope = scope_of(store, principal)
    if scope is not None:
        for kept in versions:
            check_may_keep(scope, label_of(store, kept))
    _note(store, principal, {"act": "retire mapping", "versions": [kept.title for kept in versions]})
    return retire_mappings(store.address, versions, scope.principal if scope else f"operator {operator_name()}")


def scope_of(store: OpenStore, principal: str | None) -> Scope | None:
    """Who the account is; None for the operator at this machine."""
    if principal is None:
        return None
    with store.signed_in_as(principal) as token:
        return store.door.peek(token)


def label_of(store: OpenStore, kept: Kept) -> LabelSpec:
    """The label of a version."""
    with intake_connection(store.address) as connection:
        (found,) = (label for label in labels(connection) if label.id == kept.label)
    return LabelSpec(found.owner, found.tlp, found.tier, found.compartment, found.releasable_to)


def _note(store: OpenStore, principal: str | None, act: dict[str, object]) -> None:
    """Write the audit row, beforehand; of the operator at this machine under the account of the public."""
    with store.signed_in_as(principal or PUBLIC_ACCOUNT.name) as token, store.door.open(token, Asked(ACTION, act)):
        pass


def _label_before(store: OpenStore, name: str, scope: Scope | None) -> LabelSpec:
    named = parse_named(name)
    with intake_connection(store.address) as connection:
        found = newest(list_mappings(connection, name=named.name if named else name))
    own = [kept for kept in found if scope is None or kept.owner == scope.agency]
    if len(own) != 1:
        raise BadQuestion(f"say who may see and use the mapping {name[:80]!r}: give --label OWNER/TLP")
    return label_of(store, own[0])
