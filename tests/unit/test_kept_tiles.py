"""What partners sent, kept within its bounds: the oldest goes first, and what comes anew drives out nothing."""

import os
from pathlib import Path

import pytest

from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.kept_tiles import KeptTiles

ADDRESS = PartnerAddress(
    name="charts", title="Charts", kind="wms", url="http://127.0.0.1:1/wms", layer="sea", label="public"
)


@pytest.fixture
def kept(tmp_path: Path) -> KeptTiles:
    return KeptTiles(tmp_path, ADDRESS, most_bytes=1_000)


def put(kept: KeptTiles, name: str, at: int, size: int = 200) -> None:
    kept.put(name, b"x" * size)
    os.utime(kept._path(name), (at, at))


def names(kept: KeptTiles) -> set[str]:
    return {name for name in map(str, range(100)) if kept.get(name)}


def test_what_comes_anew_drives_out_nothing(kept: KeptTiles) -> None:
    put(kept, "1", 1)
    for _ in range(50):
        kept.put("2", b"x" * 200)

    assert names(kept) == {"1", "2"}


def test_the_oldest_goes_first_and_the_newest_stays(kept: KeptTiles) -> None:
    for number in range(1, 12):
        put(kept, str(number), number)

    found = names(kept)

    assert "11" in found
    assert "1" not in found
    assert len(found) <= 5
    assert found == {str(number) for number in range(12 - len(found), 12)}


def test_a_folder_of_before_is_counted_at_the_first_that_comes(kept: KeptTiles, tmp_path: Path) -> None:
    for number in range(1, 5):
        put(kept, str(number), number)

    put(KeptTiles(tmp_path, ADDRESS, most_bytes=500), "9", 9)

    assert names(kept) == {"4", "9"}
