"""Files in hand on the intake page are private, bounded, belong to one sign-in, and are gone afterwards."""

import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from watchfloor.app import intake_tickets
from watchfloor.app.intake_tickets import Tickets, later, received
from watchfloor.app.loading_rights import check_may_keep, check_may_load
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


class Clock:
    """A timer that rings when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.set: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        entry = (self.now + seconds, act)
        self.set.append(entry)
        return lambda: self.set.remove(entry) if entry in self.set else None

    def ring(self, now: float) -> None:
        self.now = now
        due = [entry for entry in self.set if entry[0] <= now]
        self.set = [entry for entry in self.set if entry not in due]
        for _, act in due:
            act()


def _timed(tmp_path: Path) -> tuple[Tickets, Clock]:
    clock = Clock()
    return Tickets(tmp_path, kept_s=3600, timer=clock.later, clock=lambda: clock.now), clock


def test_a_file_that_nobody_looks_at_is_deleted_by_a_timer(tmp_path: Path) -> None:
    tickets, clock = _timed(tmp_path)
    ticket = tickets.open("a.csv", "seal")
    clock.ring(3599)
    assert ticket.folder.exists()
    clock.ring(3600)
    assert not ticket.folder.exists()
    with pytest.raises(BadInput, match="no longer in hand"):
        tickets.of(ticket.key, "seal")
    assert clock.set == []


def test_a_look_gives_a_file_its_whole_time_again_and_a_run_is_never_cut(tmp_path: Path) -> None:
    tickets, clock = _timed(tmp_path)
    ticket = tickets.open("a.csv", "seal")
    clock.now = 3000
    tickets.of(ticket.key, "seal")
    clock.ring(3600)
    assert ticket.folder.exists()
    ticket.is_running = True
    clock.ring(6600)
    assert ticket.folder.exists()
    ticket.is_running = False
    clock.ring(6660)
    assert not ticket.folder.exists()


def test_there_is_one_timer_for_each_file_in_hand_and_a_server_begins_with_none(tmp_path: Path) -> None:
    tickets, clock = _timed(tmp_path)
    for _ in range(3):
        ticket = tickets.open("a.csv", "seal")
    assert len(clock.set) == 1
    Tickets(tmp_path).clear()
    assert not ticket.folder.exists()


def test_the_usual_timer_rings_in_a_thread_of_its_own() -> None:
    rung = threading.Event()
    later(0.01, rung.set)
    assert rung.wait(30)


def test_nobody_claims_that_another_agency_made_something_public() -> None:
    with pytest.raises(Refused, match="may load what its own agency owns"):
        check_may_load(_scope(), LabelSpec("CGD", Tlp.CLEAR))
    with pytest.raises(Refused, match="NTF/CLEAR is for everybody"):
        check_may_keep(_scope(), PUBLIC)


def test_only_persons_and_services_load_and_only_for_their_own_agency() -> None:
    own, other = LabelSpec("NTF", Tlp.AMBER), LabelSpec("CGD", Tlp.AMBER)
    check_may_load(_scope(), own)
    check_may_load(_scope(), PUBLIC)
    check_may_load(_scope(rights=frozenset({Right.OPERATE})), other)
    with pytest.raises(Refused):
        check_may_load(_scope(), other)
    with pytest.raises(Refused):
        check_may_load(_scope(PrincipalKind.WALL), own)
