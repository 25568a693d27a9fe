"""Agencies and labels as an operator keeps them: checked before they are written."""

import re
from dataclasses import replace

import psycopg

from watchfloor.data.registry import LabelSpec, ensure_agency, intern_label
from watchfloor.geo.errors import BadInput
from watchfloor.geo.scope import Tlp

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
COMPARTMENT = re.compile(r"[A-Z0-9][A-Z0-9 _-]{0,63}")
TITLE_LENGTH = 200


def add_agency(connection: psycopg.Connection, code: str, name: str, watch_phone: str | None) -> None:
    """Make an agency, or give it another name or number to call."""
    if not CODE.fullmatch(code):
        raise BadInput(f"{code!r} is no code: capital letters, digits and dashes, at most 32")
    for text in (name, watch_phone or name):
        check_title(text)
    ensure_agency(connection, code, name, watch_phone)


def list_agencies(connection: psycopg.Connection) -> list[tuple[str, str, str | None, int]]:
    """Code, name, watch phone and number of active accounts of every agency."""
    return connection.execute(
        "SELECT a.code, a.name, a.watch_phone, count(p.id) FILTER (WHERE p.is_active) FROM watchfloor.agency AS a "
        "LEFT JOIN sealed.principal AS p ON p.agency_id = a.id GROUP BY a.id ORDER BY a.code"
    ).fetchall()


def add_label(connection: psycopg.Connection, spec: LabelSpec) -> int:
    """Number of a label, made if need be. Raises BadInput if an agency is not known or a name is not fit."""
    for code in (spec.owner, *sorted(spec.releasable_to)):
        require_agency(connection, code)
    if spec.compartment is not None and not COMPARTMENT.fullmatch(spec.compartment):
        raise BadInput(f"{spec.compartment!r} is no compartment: capital letters, digits, spaces, dashes; at most 64")
    if spec.releasable_to and spec.tlp is not Tlp.AMBER:
        raise BadInput("only TLP:AMBER is releasable to named agencies")
    return intern_label(connection, replace(spec, releasable_to=spec.releasable_to - {spec.owner}))


def require_agency(connection: psycopg.Connection, code: str) -> None:
    """Raises BadInput if the store has no such agency."""
    known = {name for (name,) in connection.execute("SELECT code FROM watchfloor.agency")}
    if code not in known:
        raise BadInput(f"there is no agency {code!r}: `watchfloor agency add` makes it")


def check_title(text: str) -> None:
    """Raises BadInput unless the text can stand as a name on a page."""
    if not 0 < len(text) <= TITLE_LENGTH or not text.isprintable():
        raise BadInput(f"a name has 1 to {TITLE_LENGTH} signs that can be printed")
