"""Agencies, labels, principals and entitlements, as the owner writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import psycopg

from watchfloor.data.gate import hash_password
from watchfloor.geo.scope import Label, PrincipalKind, Right, Tier, Tlp


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """A security label before it has a number."""

    owner: str
    tlp: Tlp
    tier: Tier = Tier.OPEN
    compartment: str | None = None
    releasable_to: frozenset[str] = frozenset()


PUBLIC = LabelSpec("PUBLIC", Tlp.CLEAR)


@dataclass(frozen=True, slots=True)
class Account:
    """A principal to be made, with its rights as (right, value) pairs."""

    name: str
    kind: PrincipalKind
    display_name: str
    agency: str | None = None
    rights: tuple[tuple[Right, str], ...] = ()
    password: str | None = field(default=None, repr=False)
    is_demo: bool = False


def ensure_agency(connection: psycopg.Connection, code: str, name: str, watch_phone: str | None = None) -> int:
    """Number of the agency, made or renamed if need be."""
    row = connection.execute(
        "INSERT INTO watchfloor.agency (code, name, watch_phone) VALUES (%s, %s, %s) "
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name, watch_phone = excluded.watch_phone RETURNING id",
        [code, name, watch_phone],
    ).fetchone()
    assert row is not None
    return int(row[0])


def intern_label(connection: psycopg.Connection, spec: LabelSpec) -> int:
    """Number of the label; the same tuple always gives the same number.

    Raises psycopg.errors.NotNullViolation if the owner is not a known agency.
    """
    given = {
        "owner": spec.owner,
        "tlp": int(spec.tlp),
        "tier": int(spec.tier),
        "compartment": spec.compartment,
        "releasable": sorted(spec.releasable_to),
    }
    row = connection.execute(
        "WITH wanted AS (SELECT (SELECT id FROM watchfloor.agency WHERE code = %(owner)s) AS owner_id, "
        "  (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM watchfloor.agency AS a "
        "   WHERE a.code = ANY (%(releasable)s::text[])) AS releasable_to), "
        "made AS (INSERT INTO watchfloor.label (owner_id, tlp, tier, compartment, releasable_to) "
        "  SELECT w.owner_id, %(tlp)s, %(tier)s, %(compartment)s, w.releasable_to FROM wanted AS w "
        "  ON CONFLICT DO NOTHING RETURNING id) "
        "SELECT id FROM made UNION ALL SELECT l.id FROM watchfloor.label AS l JOIN wanted AS w "
        "  ON l.owner_id = w.owner_id AND l.releasable_to = w.releasable_to "
        "  WHERE l.tlp = %(tlp)s AND l.tier = %(tier)s AND l.compartment IS NOT DISTINCT FROM %(compartment)s",
        given,
    ).fetchone()
    assert row is not None
    return int(row[0])


def labels(connection: psycopg.Connection) -> list[Label]:
    """All labels that this connection may see."""
    rows = connection.execute(
        "SELECT l.id, a.code, l.tlp, l.tier, l.compartment, "
        "  ARRAY(SELECT r.code FROM watchfloor.agency AS r WHERE r.id = ANY (l.releasable_to)) "
        "FROM watchfloor.label AS l JOIN watchfloor.agency AS a ON a.id = l.owner_id ORDER BY l.id"
    )
    return [Label(i, owner, Tlp(tlp), Tier(tier), comp, frozenset(rel)) for i, owner, tlp, tier, comp, rel in rows]


def ensure_principal(connection: psycopg.Connection, account: Account) -> int:
    """Number of the principal, made if need be, with at least these rights. Needs the owner role."""
    row = connection.execute(
        "INSERT INTO sealed.principal (name, kind, display_name, agency_id, is_demo, password_hash) "
        "SELECT %s, %s, %s, (SELECT id FROM watchfloor.agency WHERE code = %s), %s, %s "
        "ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name, agency_id = excluded.agency_id, "
        "password_hash = coalesce(excluded.password_hash, sealed.principal.password_hash) RETURNING id",
        [
            account.name,
            account.kind.value,
            account.display_name,
            account.agency,
            account.is_demo,
            hash_password(account.password) if account.password else None,
        ],
    ).fetchone()
    assert row is not None
    grant(connection, int(row[0]), account.rights)
    return int(row[0])


def grant(
    connection: psycopg.Connection,
    principal_id: int,
    rights: Iterable[tuple[Right, str]],
    *,
    ends: datetime | None = None,
) -> None:
    """Give rights that the principal does not hold yet; from now on, until `ends`."""
    for right, value in rights:
        connection.execute(
            "INSERT INTO sealed.entitlement (principal_id, entitled_to, value, ends) SELECT %(p)s, %(r)s::text, "
            "%(v)s::text, %(e)s::timestamptz "
            "WHERE NOT EXISTS (SELECT 1 FROM sealed.entitlement WHERE principal_id = %(p)s AND entitled_to = %(r)s "
            "AND value = %(v)s AND ends IS NOT DISTINCT FROM %(e)s::timestamptz)",
            {"p": principal_id, "r": right.value, "v": value, "e": ends},
        )


def revoke(connection: psycopg.Connection, principal_id: int, right: Right, value: str) -> int:
    """End a right now; how many entitlements ended."""
    return connection.execute(
        "UPDATE sealed.entitlement SET ends = now() WHERE principal_id = %s AND entitled_to = %s AND value = %s "
        "AND (ends IS NULL OR ends > now())",
        [principal_id, right.value, value],
    ).rowcount
