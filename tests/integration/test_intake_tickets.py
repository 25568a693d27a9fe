"""Files in hand on the intake page are private, bounded, belong to one sign-in, and are gone afterwards."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from watchfloor.app import intake_tickets
from watchfloor.app.intake_tickets import Tickets, received
from watchfloor.app.loading_rights import check_may_load
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadFile, BadInput, Refused
from watchfloor.geo.scope import PrincipalKind, Right, Scope, Tlp


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _scope(kind: PrincipalKind = PrincipalKind.PERSON, rights: frozenset[str] = frozenset()) -> Scope:
    return Scope("a.person", "A Person", kind, "NTF", (0,), False, "1", rights)


def test_a_file_is_written_where_only_its_account_reads_and_is_deleted(tmp_path: Path) -> None:
    tickets = Tickets(tmp_path)
    ticket = tickets.open("../../etc/seizures.csv", "seal")
    asyncio.run(received(ticket, _chunks(b"a,b\n", b"1,2\n")))
    assert ticket.path.read_bytes() == b"a,b\n1,2\n"
    assert ticket.path.is_relative_to(tmp_path / "intake")
    assert stat.S_IMODE(ticket.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ticket.folder.stat().st_mode) == 0o700
    tickets.close(ticket)
    assert not ticket.folder.exists()


def test_another_sign_in_does_not_find_the_file(tmp_path: Path) -> None:
    tickets = Tickets(tmp_path)
    ticket = tickets.open("a.csv", "one seal")
    with pytest.raises(BadInput, match="no longer in hand"):
        tickets.of(ticket.key, "another seal")


def test_a_second_file_takes_the_place_of_the_first(tmp_path: Path) -> None:
    tickets = Tickets(tmp_path)
    first = tickets.open("a.csv", "seal")
    tickets.open("b.csv", "seal")
    assert not first.folder.exists()


def test_a_file_beyond_the_limit_is_refused_while_it_comes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(intake_tickets, "MOST_BYTES", 5)
    ticket = Tickets(tmp_path).open("a.csv", "seal")
    with pytest.raises(BadFile, match="is larger than"):
        asyncio.run(received(ticket, _chunks(b"1234", b"5678")))


def test_only_persons_and_services_load_and_only_for_their_own_agency() -> None:
    own, other = LabelSpec("NTF", Tlp.AMBER), LabelSpec("CGD", Tlp.AMBER)
    check_may_load(_scope(), own)
    check_may_load(_scope(), PUBLIC)
    check_may_load(_scope(rights=frozenset({Right.OPERATE})), other)
    with pytest.raises(Refused):
        check_may_load(_scope(), other)
    with pytest.raises(Refused):
        check_may_load(_scope(PrincipalKind.WALL), own)
