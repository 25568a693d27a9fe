"""watchfloor principal: accounts, their passwords and their rights."""

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.administration import (
    MADE_FIRST,
    administered,
    administering,
    has_administrator,
    new_password,
    note_act,
    owner,
)
from watchfloor.app.commands.moments import FORM, moment
from watchfloor.app.commands.terminal import AsJson, console, put, put_json, settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.accounts import (
    SIGNING_KINDS,
    YES,
    Listed,
    add_account,
    grant_right,
    list_accounts,
    revoke_all,
    revoke_right,
    set_active,
    set_password,
)
from watchfloor.data.registry import Account
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput, BadQuestion
from watchfloor.geo.scope import PrincipalKind, Right, Tier

group = typer.Typer(no_args_is_help=True, help="Accounts: add, grant, revoke, passwd, close, reopen, list.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
As = Annotated[
    str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account that does it; needs the right operate.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from the first line of stdin; never an argument.")
]
Value = Annotated[str | None, typer.Argument(metavar="[VALUE]", help="Tier, compartment, or number of a RED label.")]


@group.command()
def add(  # noqa: PLR0917 - options are named on the command line
    name: Name,
    title: Annotated[str | None, typer.Option("--name", help="How the person or display is called on pages.")] = None,
    agency: Annotated[str | None, typer.Option(help="Code of the agency that it belongs to.")] = None,
    kind: Annotated[PrincipalKind, typer.Option(help="What stands behind it.")] = PrincipalKind.PERSON,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Give the rights operate and audit. Needed for the first account.")
    ] = False,
    from_stdin: FromStdin = False,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Make an account. It sees what is open to its agency until it is granted more."""
    rights = ((Right.OPERATE, YES), (Right.AUDIT, YES)) if administrator else ()
    with open_store(settings_for_command()) as store:
        password = new_password(from_stdin=from_stdin) if kind in SIGNING_KINDS else None
        account = Account(name, kind, title or name, agency, rights, password)
        if administrator and principal is None and not has_administrator(store):
            add_first(store, account)
        else:
            act = {"act": "add", "principal": name, "kind": kind.value, "agency": agency, "is_admin": administrator}
            with administering(store, principal, act) as connection:
                add_account(connection, account)
    said = {"principal": name, "kind": kind.value, "agency": agency, "rights": [right.value for right, _ in rights]}
    _say(said, f"{name} was made.", as_json)


def add_first(store: OpenStore, account: Account) -> None:
    """Make the first administrator, whose own name stands in the audit of it."""
    if account.kind is not PrincipalKind.PERSON:
        raise BadInput("the first administrator is a person")
    with owner(store) as connection:
        add_account(connection, account)
    note_act(store, account.name, {"act": "first administrator", "principal": account.name})


def appoint(store: OpenStore, name: str | None, *, from_stdin: bool) -> None:
    """See that a store has an administrator: the one named, or in an OPERATIONAL store the one asked for."""
    if has_administrator(store):
        if name is not None:
            raise BadInput(
                "this store has an administrator already: `watchfloor principal add NAME --as ADMINISTRATOR`"
            )
        return
    if name is None and store.kind is StoreKind.OPERATIONAL and sys.stdin.isatty():
        name = str(typer.prompt("Account of the first administrator", err=True))
    if name is None:
        put(f"It has no administrator yet: `{MADE_FIRST}` makes the first.")
        return
    rights = ((Right.OPERATE, YES), (Right.AUDIT, YES))
    add_first(store, Account(name, PrincipalKind.PERSON, name, None, rights, new_password(from_stdin=from_stdin)))
    put(f"{name} is the administrator.")


@group.command()
def grant(  # noqa: PLR0917 - options are named on the command line
    name: Name,
    right: Annotated[Right, typer.Argument(help="What is granted.")],
    value: Value = None,
    until: Annotated[str | None, typer.Option(help=f"First moment without it: {FORM}. Default: no end.")] = None,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Give an account a right, in force from the next answer on."""
    ends = moment(until, "--until")
    act = {"act": "grant", "principal": name, "right": right.value, "value": value, "until": ends and ends.isoformat()}
    with administered(principal, act) as connection:
        written = grant_right(connection, name, right, value, ends=ends)
    said = {"principal": name, "right": right.value, "value": written, "ends": ends}
    end = f" until {ends:%Y-%m-%d %H:%M} UTC" if ends else ""
    _say(said, f"{name} holds {_right(right.value, written)}{end}.", as_json)


@group.command()
def revoke(  # noqa: PLR0917 - options are named on the command line
    name: Name,
    right: Annotated[Right | None, typer.Argument(help="What ends.")] = None,
    value: Value = None,
    everything: Annotated[bool, typer.Option("--all", help="End every right of the account.")] = False,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """End a right now: the next answer and tile are without it."""
    if everything == (right is not None):
        raise BadQuestion("name the right that ends, or say --all")
    act = {"act": "revoke", "principal": name, "right": right.value if right else "all", "value": value}
    with administered(principal, act) as connection:
        ended = revoke_right(connection, name, right, value) if right else revoke_all(connection, name)
    _say({"principal": name, "ended": ended}, f"{ended} rights of {name} ended.", as_json)


@group.command()
def passwd(name: Name, from_stdin: FromStdin = False, principal: As = None, as_json: AsJson = False) -> None:
    """Give an account a new password, and end its sign-ins."""
    password = new_password(from_stdin=from_stdin)
    with administered(principal, {"act": "passwd", "principal": name}) as connection:
        ended = set_password(connection, name, password)
    _say({"principal": name, "ended": ended}, f"{name} has a new password; {ended} sign-ins ended.", as_json)


@group.command()
def close(name: Name, principal: As = None, as_json: AsJson = False) -> None:
    """Close an account: nobody signs in with it any more, and its open pages are cut off. Its audit stays."""
    with administered(principal, {"act": "close", "principal": name}) as connection:
        ended = set_active(connection, name, is_active=False)
    _say({"principal": name, "ended": ended}, f"{name} is closed; {ended} sign-ins ended.", as_json)


@group.command()
def reopen(name: Name, principal: As = None, as_json: AsJson = False) -> None:
    """Open a closed account again, with the rights and the password that it had."""
    with administered(principal, {"act": "reopen", "principal": name}) as connection:
        set_active(connection, name, is_active=True)
    _say({"principal": name}, f"{name} is open again.", as_json)


@group.command("list")
def list_all(principal: As = None, as_json: AsJson = False) -> None:
    """List the accounts with the rights that they hold or will hold."""
    with administered(principal, {"act": "list principals"}) as connection:
        accounts = list_accounts(connection)
    if as_json:
        put_json({"principals": [asdict(account) for account in accounts]})
        return
    table = Table("Account", "Called", "Agency", "Kind", "Signs in", "Rights")
    for account in accounts:
        table.add_row(*(escape(text) for text in _shown(account)))
    out = console()
    out.file = sys.stdout
    out.print(table)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="principal")


def _shown(account: Listed) -> tuple[str, ...]:
    rights = [_right(h.right, h.value) + (f" until {h.ends:%Y-%m-%d %H:%M}" if h.ends else "") for h in account.rights]
    signs_in = "yes" if account.has_password else "-"
    if not account.is_active:
        signs_in = "closed"
    return (
        account.name,
        account.display_name,
        account.agency or "-",
        account.kind,
        signs_in + (" (exercise)" if account.is_demo else ""),
        "\n".join(rights) or "-",
    )


def _right(right: str, value: str) -> str:
    if value == YES:
        return right
    return f"{right} {Tier(int(value)).name if right == Right.TIER else value}"


def _say(facts: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        put_json(facts)
    else:
        put(sentence)
