"""Tables that nobody has seen before, each with one trick, are drafted and loaded without an edit, counted exactly."""

from pathlib import Path
from typing import Any

import pytest

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.suggest import suggest
from watchfloor.data.registry import PUBLIC

from .tricky_tables import TRICKY, Tricky


def written(folder: Path, tricky: Tricky) -> Path:
    path = folder / f"table.{tricky.form}"
    path.write_bytes(tricky.content if isinstance(tricky.content, bytes) else tricky.content.encode())
    return path


def found(mapping: dict[str, Any], path: str) -> Any:
    value: Any = mapping
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize("trick", TRICKY)
def test_a_table_with_a_trick_is_drafted_and_loads(store, tmp_path, trick: str) -> None:
    tricky = TRICKY[trick]
    path = written(tmp_path, tricky)
    draft = suggest(path, tricky.form, dict(tricky.answers))
    (tmp_path / "map.toml").write_text(draft.toml)
    form, options = configured_format(tricky.form, tmp_path / "map.toml")
    report = ingest(store, Order(form, PUBLIC, "tests", options), [path])
    told = report.totals()
    (file,) = report.files
    assert {key: found(draft.mapping, key) for key in tricky.drafted} == dict(tricky.drafted)
    assert (told["read"], told["loaded"], told["quarantined"]) == (tricky.read, tricky.loaded, tricky.quarantined)
    assert {note: file.notes.get(note, 0) for note in tricky.notes} == dict(tricky.notes)
    assert all(tricky.reason in reject.reason for reject in file.rejects)
