"""A watched folder: what is seen in it, one file in hand, nothing overwritten and no way out of it."""

import errno
import os
from pathlib import Path

import pytest

from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.geo.errors import BadInput, BadQuestion

SHA = bytes(32)
MARK = "0" * 12


@pytest.fixture
def folder(tmp_path: Path):
    with WatchedFolder(tmp_path) as opened:
        yield opened


def put(folder: WatchedFolder, name: str, text: str = "x") -> None:
    (folder.path / name).write_text(text)


def names(folder: WatchedFolder, title: str) -> list[str]:
    return sorted(os.listdir(folder.path / title))


def taken(folder: WatchedFolder, name: str, text: str = "x"):
    put(folder, name, text)
    (seen,) = folder.look()
    held = folder.take(seen)
    assert held is not None
    return held


def reason(out) -> None:
    out.write("why")


def test_files_are_seen_the_earliest_written_first_and_only_what_is_offered(folder) -> None:
    for number, name in enumerate(["b.csv", "a.csv", ".c.csv", "d.part"]):
        put(folder, name)
        os.utime(folder.path / name, (number, number))
    (folder.path / "sub").mkdir()
    assert [seen.name for seen in folder.look()] == ["b.csv", "a.csv"]


def test_a_file_that_grew_between_two_looks_is_left_alone(folder) -> None:
    put(folder, "a.csv")
    put(folder, "b.csv")
    seen = folder.look()
    with (folder.path / "a.csv").open("a") as file:
        file.write("more")
    assert [one.name for one in folder.unchanged(seen)] == ["b.csv"]
    grown = next(one for one in seen if one.name == "a.csv")
    assert folder.take(grown) is None
    assert (folder.path / "a.csv").read_text() == "xmore"


def test_a_file_that_is_gone_or_another_is_not_taken(folder) -> None:
    put(folder, "a.csv")
    (seen,) = folder.look()
    (folder.path / "a.csv").unlink()
    assert folder.take(seen) is None
    put(folder, "a.csv", "another")
    assert folder.take(seen) is None
    assert names(folder, ".watchfloor/hand") == []


def test_links_are_not_followed_whenever_they_are_put_there(folder, tmp_path_factory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text("secret")
    (folder.path / "link.csv").symlink_to(secret)
    assert folder.look() == []
    put(folder, "a.csv")
    (seen,) = folder.look()
    (folder.path / "a.csv").unlink()
    (folder.path / "a.csv").symlink_to(secret)
    assert folder.take(seen) is None
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("name", ["done", "refused", ".watchfloor"])
def test_a_folder_whose_own_parts_are_links_is_refused(tmp_path, tmp_path_factory, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(BadQuestion, match="cannot be watched"):
        WatchedFolder(tmp_path).__enter__()


def test_what_is_no_folder_is_refused(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("file", "nowhere"):
        with pytest.raises(BadQuestion, match="cannot be watched"):
            WatchedFolder(tmp_path / name).__enter__()


def test_a_second_watcher_of_a_folder_is_refused_until_the_first_has_ended(folder) -> None:
    with pytest.raises(BadQuestion, match="another watcher watches"):
        WatchedFolder(folder.path).__enter__()
    folder.__exit__(None, None, None)
    with WatchedFolder(folder.path) as second:
        assert second.look() == []


def test_an_exchanged_folder_in_hand_is_noticed(folder) -> None:
    held = taken(folder, "a.csv")
    (folder.path / ".watchfloor").rename(folder.path / ".moved")
    (folder.path / ".watchfloor" / "hand").mkdir(parents=True)
    with pytest.raises(BadInput, match="was exchanged"):
        folder.path_of(held)


def test_a_settled_file_has_beside_it_what_is_to_be_said(folder) -> None:
    held = taken(folder, "a.csv")
    assert folder.settle(held, SHA, is_good=False, beside={".reason.txt": reason}) == "refused/a.csv"
    assert names(folder, "refused") == ["a.csv", "a.csv.reason.txt"]
    assert (folder.path / "refused" / "a.csv.reason.txt").read_text() == "why"
    assert names(folder, ".watchfloor/hand") == []


def test_nothing_is_overwritten(folder) -> None:
    at = [folder.settle(taken(folder, "a.csv", str(n)), SHA, is_good=True, beside={}) for n in range(3)]
    assert at == ["done/a.csv", f"done/a.{MARK}.csv", f"done/a.{MARK}.2.csv"]
    assert [(folder.path / path).read_text() for path in at] == ["0", "1", "2"]


def test_a_reason_that_lies_there_of_another_file_is_not_overwritten(folder) -> None:
    put(folder, "refused/a.csv.reason.txt", "of another")
    held = taken(folder, "a.csv")
    assert folder.settle(held, SHA, is_good=False, beside={".reason.txt": reason}) == f"refused/a.{MARK}.csv"
    assert (folder.path / "refused" / "a.csv.reason.txt").read_text() == "of another"


@pytest.mark.parametrize("cut_off", ["link", "open", "replace", "unlink"])
def test_settling_that_was_cut_off_anywhere_ends_in_the_same(folder, monkeypatch, cut_off: str) -> None:
    class Killed(BaseException):
        """The watcher is gone at that call."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    held = taken(folder, "a.csv")
    with monkeypatch.context() as context:
        context.setattr(os, cut_off, killed)
        with pytest.raises(Killed):
            folder.settle(held, SHA, is_good=False, beside={".reason.txt": reason})
    assert folder.held() == [held]
    assert folder.settle(held, SHA, is_good=False, beside={".reason.txt": reason}) == "refused/a.csv"
    assert [name for name in names(folder, "refused") if not name.startswith(".")] == ["a.csv", "a.csv.reason.txt"]
    assert folder.held() == []


def test_a_share_without_second_names_moves_files_and_overwrites_none(folder, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refused)
    at = [
        folder.settle(taken(folder, "a.csv", str(n)), SHA, is_good=False, beside={".reason.txt": reason})
        for n in range(2)
    ]
    assert at == ["refused/a.csv", f"refused/a.{MARK}.csv"]
    assert [(folder.path / path).read_text() for path in at] == ["0", "1"]


def test_a_file_that_is_put_back_does_not_overwrite_its_successor(folder) -> None:
    held = taken(folder, "a.csv", "old")
    put(folder, "a.csv", "new")
    folder.put_back(held.name)
    kept = sorted((folder.path / seen.name).read_text() for seen in folder.look())
    assert kept == ["new", "old"]


def test_a_name_that_is_no_text_is_a_name_all_the_same(folder) -> None:
    name = os.fsdecode(b"a\xff.csv")
    assert folder.settle(taken(folder, name), SHA, is_good=True, beside={}) == f"done/{name}"
