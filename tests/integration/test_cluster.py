import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.cluster_files import locate
from watchfloor.data.cluster_process import works_in
from watchfloor.data.cluster_programs import EXTENSIONS, find_programs
from watchfloor.data.cluster_settings import KEEPER, LOGIN_ROLES, OWNER
from watchfloor.geo.errors import MissingTool, StoreUnavailable

from ..temporary_home import temporary_home

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as other users")
NOBODY = pwd.getpwnam("nobody")

# The interpreter may stand where an ordinary user cannot go: import first, then become that user.
BECOME = """
import os, pwd, sys
import encodings.idna
import psycopg
from pathlib import Path
from watchfloor.data.cluster import PrivateCluster

uid, home = int(sys.argv[1]), Path(sys.argv[2])
if os.geteuid() == 0 and uid != 0:
    os.setgroups([]); os.setgid(pwd.getpwuid(uid).pw_gid); os.setuid(uid)
    os.environ["HOME"] = "/nonexistent"
"""
HOLD = """
cluster = PrivateCluster(home, durable=False)
cluster.start()
print("pid", cluster.status().pid, flush=True)
sys.stdin.read()
cluster.release()
"""


def program(code: str, home: Path, uid: int | None = None) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BECOME + code, str(os.geteuid() if uid is None else uid), str(home)]
    return subprocess.Popen(command, stdin=-1, stdout=-1, stderr=subprocess.STDOUT, text=True)


def first_pid(running: "subprocess.Popen[str]") -> int:
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        if line.startswith("pid "):
            return int(line.split()[1])
        said.append(line)
    raise AssertionError("".join(said))


def said_by(code: str, home: Path, uid: int | None = None) -> str:
    with program(code, home, uid) as running:
        said, _ = running.communicate("", timeout=120)
    return said


def ask(address: ClusterAddress, question: str, role: str = OWNER) -> list[tuple[object, ...]]:
    with psycopg.connect(address.conninfo(role), autocommit=True) as connection:
        return connection.execute(question.encode()).fetchall()


def tell(address: ClusterAddress, statement: str) -> None:
    with psycopg.connect(address.conninfo(OWNER), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def empty_home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder
        PrivateCluster(folder).remove()


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with temporary_home() as folder:
        cluster = PrivateCluster(folder, durable=False)
        with cluster:
            pass
        yield folder
        cluster.remove()


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    with temporary_home(made) as folder:
        yield folder
        PrivateCluster(folder).remove()


@pytest.fixture
def cluster(home: Path) -> PrivateCluster:
    return PrivateCluster(home, durable=False)


def test_a_new_cluster_has_database_roles_and_extensions(empty_home: Path) -> None:
    with PrivateCluster(empty_home, durable=False) as cluster:
        extensions = {name for (name,) in ask(cluster.address, "SELECT extname FROM pg_extension")}
        powers = ask(
            cluster.address,
            "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'watchfloor%' AND NOT rolname = 'watchfloor_owner' ORDER BY 1",
        )
        owner = ask(cluster.address, "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'watchfloor'")

    assert extensions >= set(EXTENSIONS)
    assert powers == [(role, role != KEEPER, False) for role in sorted([*LOGIN_ROLES, KEEPER])]
    assert owner == [(OWNER,)]


def test_the_second_start_finds_what_the_first_one_wrote(cluster: PrivateCluster) -> None:
    with cluster:
        tell(cluster.address, "CREATE TABLE kept AS SELECT 7 AS n")

    with cluster:
        assert ask(cluster.address, "SELECT n FROM kept") == [(7,)]
    assert not cluster.is_running


def test_it_is_reached_through_the_socket_alone_and_counts_in_utc(cluster: PrivateCluster) -> None:
    with cluster:
        settings = dict(
            ask(
                cluster.address,
                "SELECT name, setting FROM pg_settings"
                " WHERE name IN ('listen_addresses', 'TimeZone', 'jit', 'fsync', 'unix_socket_permissions')",
            )
        )

    assert settings == {
        "listen_addresses": "",
        "TimeZone": "UTC",
        "jit": "off",
        "fsync": "off",
        "unix_socket_permissions": "0700",
    }


def test_a_durable_cluster_writes_through(home: Path) -> None:
    with PrivateCluster(home) as cluster:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        assert [ask(cluster.address, f"SHOW {name}") for name in names] == [[("on",)]] * 3


def test_sqlalchemy_reaches_it_too(cluster: PrivateCluster) -> None:
    with cluster:
        engine = sqlalchemy.create_engine(cluster.address.sqlalchemy_url("watchfloor_app"))
        with engine.connect() as connection:
            assert connection.scalar(sqlalchemy.text("SELECT current_user")) == "watchfloor_app"
        engine.dispose()


def test_the_last_one_out_ends_the_server(home: Path, cluster: PrivateCluster) -> None:
    other = PrivateCluster(home, durable=False)

    cluster.start()
    pid = cluster.status().pid
    other.start()
    cluster.release()

    assert other.status().pid == pid
    other.release()
    assert not other.is_running


def test_a_kept_server_outlives_its_users_until_it_is_stopped(home: Path, cluster: PrivateCluster) -> None:
    cluster.start(keep=True)
    cluster.release()
    with PrivateCluster(home, durable=False):
        pass
    assert cluster.status().is_kept
    assert cluster.is_running

    PrivateCluster(home).stop()

    assert not cluster.is_running
    assert not cluster.status().is_kept


def test_a_killed_program_leaves_a_server_that_the_next_one_uses_and_ends(home: Path) -> None:
    with program(HOLD, home) as first:
        pid = first_pid(first)
        first.kill()

    with PrivateCluster(home, durable=False) as cluster:
        assert cluster.status().pid == pid
        assert ask(cluster.address, "SELECT 1") == [(1,)]
    assert not cluster.is_running


def test_a_killed_server_comes_back_though_a_child_of_it_is_too_busy_to_notice(home: Path) -> None:
    cluster = PrivateCluster(home)
    cluster.start()
    tell(cluster.address, "CREATE TABLE kept AS SELECT 7 AS n")
    killed = cluster.status().pid
    assert killed is not None
    with closing(psycopg.connect(cluster.address.conninfo(OWNER))) as connection:
        connection.pgconn.send_query(b"DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$")
        os.kill(killed, signal.SIGKILL)

        address = cluster.start()

    assert ask(address, "SELECT n FROM kept") == [(7,)]
    assert cluster.status().pid != killed
    cluster.release()


def test_a_stranger_with_the_number_of_a_dead_server_is_left_alone(cluster: PrivateCluster) -> None:
    with cluster:
        lines = (cluster.status().data / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["/bin/sleep", "60"], cwd=cluster.status().data) as stranger:
        (cluster.status().data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not cluster.is_running

        with cluster:
            assert ask(cluster.address, "SELECT 1") == [(1,)]

        assert stranger.poll() is None
        stranger.kill()


def test_two_programs_that_start_at_once_share_one_server(home: Path) -> None:
    with program(HOLD, home) as one, program(HOLD, home) as two:
        pids = {first_pid(one), first_pid(two)}
        one.communicate("", timeout=60)
        still_there = PrivateCluster(home).status().pid
        two.communicate("", timeout=60)

    assert pids == {still_there}
    assert not PrivateCluster(home).is_running


def test_two_homes_run_side_by_side_and_hold_different_things(empty_home: Path, cluster: PrivateCluster) -> None:
    with cluster, PrivateCluster(empty_home / "other", durable=False) as other:
        tell(cluster.address, "CREATE TABLE mine AS SELECT 1 AS n")

        found = ask(other.address, "SELECT to_regclass('mine') IS NULL")
        other_address = other.address

    PrivateCluster(empty_home / "other").remove()
    assert found == [(True,)]
    assert other_address.socket_dir != locate(empty_home).socket_dir


@pytest.mark.parametrize("name", ["deep" * 40, "with, comma 'and' \"quotes\""])
def test_a_long_or_odd_home_gets_a_short_plain_socket_path(empty_home: Path, name: str) -> None:
    empty_home.chmod(0o711)
    cluster = PrivateCluster(empty_home / name, durable=False)

    with cluster:
        assert len(os.fsencode(cluster.address.socket_dir)) < 80
        assert ask(cluster.address, "SELECT 1") == [(1,)]
    cluster.remove()

    assert not locate(empty_home / name).socket_dir.exists()


@needs_root
def test_an_ordinary_user_runs_it_as_himself(empty_home: Path) -> None:
    os.chown(empty_home, NOBODY.pw_uid, NOBODY.pw_gid)

    said = said_by(
        "with PrivateCluster(home, durable=False) as c: print(Path('/proc', str(c.status().pid)).stat().st_uid)",
        empty_home,
        NOBODY.pw_uid,
    )

    assert int(said.split()[-1]) == NOBODY.pw_uid
    assert {path.stat().st_uid for path in empty_home.rglob("*")} == {NOBODY.pw_uid}


@needs_root
def test_root_serves_the_home_of_an_ordinary_user_as_that_user(empty_home: Path) -> None:
    os.chown(empty_home, NOBODY.pw_uid, NOBODY.pw_gid)
    with PrivateCluster(empty_home, durable=False) as cluster:
        pid = cluster.status().pid
        assert os.stat(f"/proc/{pid}").st_uid == NOBODY.pw_uid

        said = said_by("with PrivateCluster(home) as c: print('pid', c.status().pid)", empty_home, NOBODY.pw_uid)

    assert said.endswith(f"pid {pid}\n")


@needs_root
def test_an_ordinary_user_is_told_that_a_home_of_root_is_not_his(empty_home: Path) -> None:
    empty_home.chmod(0o755)

    said = said_by("PrivateCluster(home).start()", empty_home, NOBODY.pw_uid)

    assert "belongs to root" in said
    assert list(empty_home.iterdir()) == []


@needs_root
def test_no_other_user_of_the_machine_can_be_one_of_our_roles(cluster: PrivateCluster) -> None:
    with cluster:
        addresses = [cluster.address.conninfo(role) for role in [OWNER, *LOGIN_ROLES]]
        attempts = f"""
for address in {addresses}:
    try: psycopg.connect(address)
    except psycopg.OperationalError as error: print(error)
"""
        outside, inside = (said_by(attempts, Path("/"), pwd.getpwnam(name).pw_uid) for name in ("nobody", "postgres"))

    assert outside.count("Permission denied") == len(addresses)
    assert inside.count("Peer authentication failed") == len(addresses)


@needs_root
def test_a_home_below_a_closed_folder_keeps_its_data_elsewhere_and_remembers(empty_home: Path) -> None:
    inner = empty_home / "closed"
    with PrivateCluster(inner, durable=False) as cluster:
        tell(cluster.address, "CREATE TABLE kept AS SELECT 7 AS n")
    empty_home.chmod(0o755)

    with PrivateCluster(inner, durable=False) as cluster:
        found = ask(cluster.address, "SELECT n FROM kept")
        data = cluster.status().data
    cluster.remove()

    assert found == [(7,)]
    assert data.parent.parent == Path("/var/lib")
    assert not data.parent.exists()


@needs_root
def test_data_that_a_deleted_home_left_elsewhere_is_never_taken_for_ours(empty_home: Path) -> None:
    inner = empty_home / "closed"
    with PrivateCluster(inner, durable=False) as cluster:
        base = cluster.status().data.parent
    shutil.rmtree(inner)

    with pytest.raises(StoreUnavailable, match="holds the database of an earlier"):
        PrivateCluster(inner, durable=False).start()
    shutil.rmtree(base)


@needs_root
def test_the_server_may_pass_through_a_closed_home_and_nobody_else(empty_home: Path) -> None:
    with PrivateCluster(empty_home, durable=False):
        folders = [empty_home / name for name in (".", "cluster", "cluster/data", "cluster/socket")]
        seen = [stat.S_IMODE(folder.stat().st_mode) for folder in folders]

    assert seen == [0o710, 0o710, 0o700, 0o700]
    assert empty_home.stat().st_gid == pwd.getpwnam("postgres").pw_gid


def test_the_log_holds_no_content_of_rows(cluster: PrivateCluster) -> None:
    with cluster:
        tell(cluster.address, "CREATE TABLE person (name text PRIMARY KEY)")
        tell(cluster.address, "INSERT INTO person VALUES ('Secretname')")
        for statement in ("INSERT INTO person VALUES ('Secretname')", "SELECT 'Secretname'::integer"):
            with pytest.raises(psycopg.Error):
                tell(cluster.address, statement)
        with pytest.raises(psycopg.Error):
            tell(cluster.address, "SELECT 'Secretname', pg_terminate_backend(pg_backend_pid())")
    text = cluster.status().log.read_text()

    assert "ready to accept connections" in text
    assert "Secretname" not in text


def test_a_start_that_fails_says_why_and_leaves_no_server(home: Path, cluster: PrivateCluster) -> None:
    with cluster:
        data = cluster.status().data
    (data / "global/pg_control").rename(data / "global/pg_control.away")

    with pytest.raises(StoreUnavailable, match="could not find the database system"):
        cluster.start()

    assert not cluster.is_running
    assert [int(pid.name) for pid in Path("/proc").glob("[0-9]*") if works_in(int(pid.name), data)] == []


def test_a_version_that_is_not_installed_is_named_with_what_to_install() -> None:
    with pytest.raises(MissingTool, match="postgresql-14-postgis-3"):
        find_programs(major=14)
