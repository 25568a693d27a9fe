"""The doctor finds what is wrong with a machine or a home: each fault is made."""

import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from watchfloor.app.commands.doctor import check_certificate, check_port
from watchfloor.app.settings import Settings
from watchfloor.data.checks_machine import (
    clock,
    disk_space,
    permissions,
    processes,
    programs,
    python_version,
    socket_path,
)
from watchfloor.data.cluster_files import locate
from watchfloor.data.cluster_programs import Programs
from watchfloor.geo.errors import MissingTool


def lacking(major: int | None) -> Programs:
    raise MissingTool(f"PostgreSQL {major} is needed")


def test_an_old_python_is_found() -> None:
    assert [finding.says for finding in python_version((3, 11))] == ["this is Python 3.11"]
    assert list(python_version()) == []


def test_a_clock_that_stands_in_the_past_is_found() -> None:
    assert "1970-01-01" in next(clock(datetime.fromtimestamp(0, UTC))).says
    assert list(clock(datetime.now(UTC))) == []


def test_lacking_postgresql_is_told_for_the_version_that_the_data_need(tmp_path: Path) -> None:
    data = locate(tmp_path).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")

    assert next(programs(tmp_path, lacking)).says == "PostgreSQL 14 is needed"


def test_a_full_disk_is_a_fault_and_a_scarce_one_a_note(tmp_path: Path) -> None:
    terabytes = 1 << 60
    (full,) = disk_space(tmp_path / "not" / "there", least=terabytes, scarce=terabytes)
    (scarce,) = disk_space(tmp_path, least=0, scarce=terabytes)

    assert (full.is_fault, scarce.is_fault) == (True, False)
    assert "GiB are free" in full.says
    assert list(disk_space(tmp_path, least=0, scarce=0)) == []


def test_a_home_into_which_others_may_write_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (finding,) = permissions(tmp_path)

    assert "others may write" in finding.says
    assert finding.do == f"chmod go-w {tmp_path}"


def test_logs_that_others_may_read_are_found(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o755)
    (tmp_path / "log").chmod(0o755)

    assert "others may look" in next(permissions(tmp_path)).says


def test_a_home_of_somebody_else_is_found_by_everybody_but_root(tmp_path: Path) -> None:
    mine = tmp_path.stat().st_uid

    assert "belongs to user number" in next(permissions(tmp_path, mine + 1)).says
    assert list(permissions(tmp_path, 0)) == []


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 20)
    home.mkdir()
    (finding,) = socket_path(home)

    assert "too long" in finding.says
    assert not finding.is_fault


def _wait_for_name(pid: int, name: str) -> None:
    # Popen returns when the child closes its pipe: a moment before the kernel gives the child its new name
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}/comm").read_text().strip() != name:
        assert time.monotonic() < end, f"process {pid} never became {name}"
        time.sleep(0.001)


def test_what_a_killed_server_left_behind_is_found(tmp_path: Path) -> None:
    data = locate(tmp_path).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    # a child of a server is known by its name and by the folder that it works in
    pretender = tmp_path / "postgres"
    pretender.symlink_to("/bin/sleep")
    with subprocess.Popen([str(pretender), "60"], cwd=data) as left:
        try:
            _wait_for_name(left.pid, "postgres")
            (finding,) = processes(tmp_path)
        finally:
            left.kill()

    assert str(left.pid) in finding.says
    assert "db stop" in finding.do
    assert list(processes(tmp_path)) == []


def test_a_taken_port_is_a_fault_only_if_it_was_asked_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.settimeout(0)
        (finding,) = check_port(Settings(home=tmp_path, port=port))

    assert finding.is_fault
    assert check_port(Settings(home=tmp_path, port=port)) == []


def certificate(ends: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "watch.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(("days", "faults"), [(-1, [True]), (5, [False]), (80, [])])
def test_a_certificate_is_told_before_it_ends(tmp_path: Path, days: int, faults: list[bool]) -> None:
    file = tmp_path / "chain.pem"
    file.write_bytes(certificate(datetime.now(UTC) + timedelta(days=days)))
    settings = Settings(home=tmp_path, tls_cert=file, tls_key=file)

    assert [finding.is_fault for finding in check_certificate(settings)] == faults


def test_a_certificate_that_is_none_is_found(tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_text("nothing")
    settings = Settings(home=tmp_path, tls_cert=tmp_path / "chain.pem", tls_key=tmp_path / "chain.pem")

    assert check_certificate(settings)[0].is_fault
