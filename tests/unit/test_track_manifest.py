"""The list of derived files is whole as it was written; what is not on it is swept, if it is a file of tracks."""

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.tracks.manifest import LAYOUT, Entry, Key, Manifest, Span, name_of
from watchfloor.data.tracks.shelf import MANIFEST, TrackShelf
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.track_bucket import levels_of, packed

from .track_samples import line

MAY = date(2024, 5, 1)
KEYS = st.builds(Key, st.integers(1, 30), st.sampled_from(Span), st.dates())
MADE_FROM = st.dictionaries(st.dates().map(date.isoformat), st.integers(1, 2**62), min_size=1, max_size=3)
ENTRIES = st.builds(Entry, KEYS, MADE_FROM, st.integers(0, 2**40), st.integers(0, 2**40), st.text("0123456789abcdef"))


def shelf_at(folder: Path) -> TrackShelf:
    return TrackShelf(str(folder / "tracks"), folder / "fetched")


def put(shelf: TrackShelf, label: int = 1, version: int = 1) -> Entry:
    made = line((5.0, 50.0))
    key = Key(label, Span.DAY, MAY)
    return shelf.put(key, {"2024-05-01": version}, packed(levels_of(made), made), made.n_fixes)


@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.key))
def test_what_was_written_is_read_again(entries: list[Entry]) -> None:
    manifest = Manifest({entry.key: entry for entry in entries}, 12.5)

    assert Manifest.loaded(manifest.dumped()) == manifest


@given(ENTRIES, MADE_FROM)
def test_files_made_from_other_versions_have_other_names(entry: Entry, other: dict[str, int]) -> None:
    assert (name_of(entry.key, other) == entry.name) == (other == entry.made_from)
    assert replace(entry, made_from=dict(reversed(entry.made_from.items()))).name == entry.name
    assert entry.name.startswith(f"label-{entry.key.label}/")


def test_a_list_of_another_layout_is_empty() -> None:
    entry = Entry(Key(1, Span.DAY, MAY), {"2024-05-01": 1}, 1, 1, "")
    written = Manifest({entry.key: entry}, 1.0).dumped()

    assert Manifest.loaded(written.replace(b'"layout": %d' % LAYOUT, b'"layout": %d' % (LAYOUT + 1))) == Manifest()
    assert Manifest.loaded(b'{"layout": 99}') == Manifest()


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b"{}", b'{"layout": %d}' % LAYOUT, b"\xff\xfe", b'{"layout":%d,"files":[1]}' % LAYOUT],
)
def test_a_damaged_list_is_refused_with_what_to_do(tmp_path: Path, text: bytes) -> None:
    shelf = shelf_at(tmp_path)
    shelf.publish(Manifest())
    (tmp_path / "tracks" / MANIFEST).write_bytes(text)

    with pytest.raises(StoreUnavailable, match=r"is damaged: `watchfloor tracks build --anew`"):
        shelf.manifest()


def test_what_has_ended_is_off_the_list_and_what_is_new_replaces_what_was() -> None:
    first, second = (Entry(Key(n, Span.DAY, MAY), {"2024-05-01": 1}, 1, 1, "") for n in (1, 2))
    newer = replace(first, made_from={"2024-05-01": 2})
    manifest = Manifest({entry.key: entry for entry in (first, second)}, 1.0)

    assert manifest.replaced([newer], [second.key], 2.0) == Manifest({first.key: newer}, 2.0)


def test_a_day_belongs_to_its_month_and_a_month_to_its_year() -> None:
    month = Key(3, Span.DAY, date(2024, 2, 29)).parent()
    assert month == Key(3, Span.MONTH, date(2024, 2, 1))
    assert month.parent() == Key(3, Span.YEAR, date(2024, 1, 1))
    assert Key(3, Span.YEAR, date(2024, 1, 1)).parent() is None


def test_an_empty_shelf_has_an_empty_list(tmp_path: Path) -> None:
    assert shelf_at(tmp_path).manifest() == Manifest()


def test_another_process_sees_the_newest_list(tmp_path: Path) -> None:
    writer, reader = shelf_at(tmp_path), shelf_at(tmp_path)
    for version in (1, 2):
        entry = put(writer, version=version)
        writer.publish(Manifest({entry.key: entry}, float(version)))
        assert reader.manifest().entries == {entry.key: entry}


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_files_are_for_their_owner_alone(tmp_path: Path, mask: int) -> None:
    import os  # noqa: PLC0415

    before = os.umask(mask)
    try:
        shelf = shelf_at(tmp_path / "home")
        entry = put(shelf)
        shelf.publish(Manifest({entry.key: entry}, 1.0))
        far = TrackShelf(f"memory://{tmp_path}", tmp_path / "home" / "far" / "fetched")
        far.bucket(put(far))
    finally:
        os.umask(before)

    for root in (tmp_path / "home" / "tracks", tmp_path / "home" / "far" / "fetched"):
        found = {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*")) if path.is_dir()}
        assert found == {0o700}
        assert {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_file()} == {0o600}


def test_what_is_not_listed_is_swept(tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    old, new = (put(shelf, version=version) for version in (1, 2))
    half = tmp_path / "tracks" / f"{new.name}.{'0' * 32}.part"
    half.write_bytes(b"half")
    shelf.publish(Manifest({new.key: new}, 1.0))

    assert shelf.sweep([new]) == 2
    assert not (tmp_path / "tracks" / old.name).exists()
    assert shelf.manifest().entries == {new.key: new}
    assert shelf.bucket(new).size == new.size
    with pytest.raises(FileNotFoundError):
        shelf.bucket(old)


def test_what_is_not_of_tracks_is_left_alone(tmp_path: Path) -> None:
    """The folder is the operator's choice: it may hold other things."""
    shelf = shelf_at(tmp_path)
    put(shelf)
    others = [tmp_path / "tracks" / name for name in ("notes.txt", "label-1/photo.png", "tracks.csv", "a/b.tracks")]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")

    assert shelf.sweep([]) == 1
    assert all(path.read_text() == "mine" for path in others)


def test_a_copy_of_what_is_swept_goes_with_it(tmp_path: Path) -> None:
    shelf = TrackShelf(f"memory://{tmp_path}", tmp_path / "fetched")
    kept, gone = (put(shelf, label) for label in (1, 2))
    for entry in (kept, gone):
        shelf.bucket(entry)
    shelf.sweep([kept])

    copies = [str(path.relative_to(tmp_path / "fetched")) for path in (tmp_path / "fetched").rglob("*.tracks")]
    assert copies == [kept.name]
