"""Pictures that processes share: named by what may be seen, private, bounded, drawn once."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from watchfloor.data.picture_store import PictureStore

SECRET = b"a secret of sixteen"
SCOPE = ((1, 2, 3), False)
# sets come in another order in each process
ORDER = ("hexagons", frozenset({"a", "b", "c", "d"}), 7, 1.5, date(2026, 1, 1), None)


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures", 2**20, SECRET)


def never() -> bytes:
    raise AssertionError("it was drawn again")


def test_a_second_process_takes_what_the_first_has_drawn(store: PictureStore, tmp_path: Path) -> None:
    drawn = store.drawn(SCOPE, ORDER, lambda: b"picture")
    program = (
        "from pathlib import Path; from datetime import date; from watchfloor.data.picture_store import PictureStore;"
        f"store = PictureStore(Path({str(tmp_path / 'pictures')!r}), 2**20, {SECRET!r});"
        "order = ('hexagons', frozenset({'d', 'c', 'b', 'a'}), 7, 1.5, date(2026, 1, 1), None);"
        f"print(store.drawn({SCOPE!r}, order, lambda: b'another').decode())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert told.strip() == drawn.decode()


@pytest.mark.parametrize(
    ("scope", "order"),
    [
        (((1, 2), False), ORDER),
        (((1, 2, 3), True), ORDER),
        (((1, 23), False), ORDER),
        (SCOPE, (*ORDER[:2], 8, *ORDER[3:])),
        (SCOPE, (*ORDER, "more")),
    ],
    ids=["a label less", "the health right", "digits run together", "another version", "another layer"],
)
def test_another_right_or_version_never_meets_the_picture(store: PictureStore, scope: object, order: object) -> None:
    store.drawn(SCOPE, ORDER, lambda: b"picture")

    assert store.drawn(scope, order, lambda: b"another") == b"another"  # type: ignore[arg-type]


def test_another_run_of_the_server_never_meets_the_picture(store: PictureStore, tmp_path: Path) -> None:
    store.drawn(SCOPE, ORDER, lambda: b"picture")
    later = PictureStore(tmp_path / "pictures", 2**20, b"another secret of it")

    assert later.drawn(SCOPE, ORDER, lambda: b"another") == b"another"


def test_what_has_no_lasting_spelling_is_refused(store: PictureStore) -> None:
    with pytest.raises(TypeError, match="no spelling"):
        store.name(SCOPE, object())


def test_dataclasses_are_spelled_by_their_fields(store: PictureStore) -> None:
    @dataclass(frozen=True)
    class Asked:
        zoom: int

    assert store.name(SCOPE, Asked(3)) == store.name(SCOPE, Asked(3)) != store.name(SCOPE, Asked(4))


def test_files_are_their_owners_alone(store: PictureStore, tmp_path: Path) -> None:
    store.drawn(SCOPE, ORDER, lambda: b"picture")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "pictures").iterdir()}

    assert set(modes.values()) == {0o600, 0o700}
    assert (tmp_path / "pictures").stat().st_mode & 0o777 == 0o700


def test_what_was_of_no_use_for_longest_goes_first(store: PictureStore, tmp_path: Path) -> None:
    for number in range(10):
        store.drawn(SCOPE, number, lambda: bytes(200_000))
        if number < 5:
            os.utime(tmp_path / "pictures" / store.name(SCOPE, number), (number, number))
    # it is used again, and is no longer among the oldest
    if (tmp_path / "pictures" / store.name(SCOPE, 9)).exists():
        store.drawn(SCOPE, 9, never)
    left = store.sweep()

    assert left <= 2**20
    assert not (tmp_path / "pictures" / store.name(SCOPE, 0)).exists()
    assert store.drawn(SCOPE, 9, never) == bytes(200_000)


def test_two_that_ask_at_once_draw_once(store: PictureStore, tmp_path: Path) -> None:
    other = PictureStore(tmp_path / "pictures", 2**20, SECRET)
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> bytes:
        begun.set()
        assert go_on.wait(20)
        return b"picture"

    found: list[bytes] = []
    first = threading.Thread(target=lambda: found.append(store.drawn(SCOPE, ORDER, slowly)))
    first.start()
    assert begun.wait(20)
    second = threading.Thread(target=lambda: found.append(other.drawn(SCOPE, ORDER, never)))
    second.start()
    go_on.set()
    first.join(20)
    second.join(20)

    assert found == [b"picture", b"picture"]


def test_a_disk_that_takes_nothing_costs_no_picture(store: PictureStore, tmp_path: Path) -> None:
    for path in (tmp_path / "pictures" / "locks", tmp_path / "pictures"):
        for file in path.iterdir():
            file.unlink()
        path.rmdir()

    assert store.drawn(SCOPE, ORDER, lambda: b"picture") == b"picture"
