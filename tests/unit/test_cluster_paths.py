import os
from pathlib import Path

import pytest

from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.cluster_files import Account, ClusterFiles, locate, own_folder
from watchfloor.data.cluster_locks import is_free, locked
from watchfloor.data.cluster_process import read_postmaster
from watchfloor.data.cluster_settings import access_rules, identity_map, memory_settings, server_settings
from watchfloor.geo.errors import StoreUnavailable

ME = Account("me", os.geteuid(), os.getegid())
GIB = 1 << 30


def files(home: str) -> ClusterFiles:
    return ClusterFiles(Path(home), Path(home) / "cluster", ME, ME)


def settings(socket_dir: str = "/s", *, durable: bool = True) -> list[str]:
    text = server_settings(
        socket_dir=Path(socket_dir), hba=Path("/h"), ident=Path("/i"), memory_bytes=24 * GIB, durable=durable
    )
    return text.splitlines()


def test_a_short_home_keeps_its_socket_beside_the_data() -> None:
    assert files("/srv/floor").socket_dir == Path("/srv/floor/cluster/socket")


@pytest.mark.parametrize("home", ["/" + "deep/" * 30, "/srv/a,b", "/srv/a b", "/srv/ä"])
def test_a_socket_path_is_short_and_plain_whatever_the_home(home: str) -> None:
    socket_dir = files(home).socket_dir

    assert len(os.fsencode(socket_dir)) < 80
    assert socket_dir == files(home).socket_dir
    assert socket_dir != files(home + "2").socket_dir
    assert str(socket_dir).isascii()


def test_locating_a_cluster_touches_nothing(tmp_path: Path) -> None:
    found = locate(tmp_path / "home")

    assert not found.is_created
    assert list(tmp_path.iterdir()) == []


def test_a_remembered_folder_is_where_the_data_is(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster/elsewhere").write_text("/var/lib/watchfloor-1\n")

    assert locate(tmp_path).data == Path("/var/lib/watchfloor-1/data")


def test_a_link_in_the_place_of_our_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(StoreUnavailable, match="real folder"):
        own_folder(tmp_path / "link", ME.uid, ME.gid, 0o700)


def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="belongs to user number"):
        own_folder(tmp_path, ME.uid + 1, ME.gid, 0o700)


def test_an_address_names_socket_role_and_database() -> None:
    address = ClusterAddress(Path("/tmp/a b"), 5432, "watchfloor")

    assert address.conninfo("watchfloor_app") == r"host='/tmp/a b' port=5432 dbname=watchfloor user=watchfloor_app"
    assert address.sqlalchemy_url("watchfloor_app") == (
        "postgresql+psycopg://watchfloor_app@/watchfloor?host=%2Ftmp%2Fa%20b&port=5432"
    )


def test_the_memory_is_shared_out_by_the_size_of_the_machine() -> None:
    assert memory_settings(24 * GIB)["shared_buffers"] == "2048MB"
    assert memory_settings(4 * GIB)["shared_buffers"] == "512MB"
    assert memory_settings(GIB // 4)["shared_buffers"] == "64MB"


def test_a_path_with_quotes_and_commas_stays_one_socket_folder() -> None:
    line = next(line for line in settings("/a,'b\"c") if line.startswith("unix_socket_directories"))

    assert line == """unix_socket_directories = '"/a,''b""c"'"""


def test_only_a_throwaway_cluster_may_lose_what_it_said_was_written() -> None:
    assert "fsync = 'off'" in settings(durable=False)
    assert not [line for line in settings() if line.startswith(("fsync", "synchronous_commit", "full_page"))]


def test_the_network_is_closed_and_only_the_machine_says_who_is_there() -> None:
    assert "listen_addresses = ''" in settings()
    assert access_rules() == "local all all peer map=watchfloor\n"


def test_the_owner_and_root_may_be_each_role_and_stand_there_once() -> None:
    lines = identity_map(["root", "root", "anna"]).splitlines()

    assert len(lines) == 8
    assert 'watchfloor "anna" watchfloor_gate' in lines


@pytest.mark.parametrize("text", ["", "17", "no number\n/d\n0\n5432\n/s\n", "1\n/d\n0\n5432\n/s\n\n\nready\n"])
def test_a_torn_or_foreign_pid_file_is_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)

    assert read_postmaster(tmp_path) is None


def test_a_lock_is_free_again_after_its_block(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, ME.uid, 1):
        held = not is_free(path)
        with pytest.raises(StoreUnavailable), locked(path, ME.uid, 0):
            pass

    assert held
    assert is_free(path)
