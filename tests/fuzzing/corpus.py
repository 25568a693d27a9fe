"""All bad files by name, and the page of the documents that tells of them.

`python -m tests.fuzzing.corpus` writes that page anew.
"""

from pathlib import Path

from . import bad_any, bad_archives, bad_features, bad_feeds, bad_tables
from .bad_file import Bad

BAD: dict[str, Bad] = {
    f"{bad.form}: {bad.name.removeprefix(bad.form + ': ')}": bad
    for module in (bad_any, bad_tables, bad_archives, bad_features, bad_feeds)
    for bad in module.BAD
}
PAGE = Path(__file__).parents[2] / "docs" / "bad-files.md"
_HEAD = """# Bad files, and what is said of them

Every file below is made by a test, loaded with `watchfloor ingest`, and must end as is written here. **Refused**: exit
code 2, the sentence on stderr, nothing loaded, the run's row says `failed` with the same sentence. **Kept aside**: the
other rows are loaded, exit code 0; with `--strict` nothing is loaded, exit code 3. `…` stands for what differs from
file to file. Written by `python -m tests.fuzzing.corpus`; the corpus is in `tests/fuzzing/`.

"""
_REFUSED = "## Refused\n\n| format | file | how it is made | what is said |\n|---|---|---|---|\n"
_KEPT = "\n## Rows kept aside\n\n| format | file | how it is made | line, column: reason |\n|---|---|---|---|\n"
_SHOWN = 180
_MOST_ROWS = 6


def page() -> str:
    """The whole page; what is said of an empty file is the same for every format, and said once."""
    first = next(name for name in BAD if name.endswith("an empty file"))
    told = {name: bad for name, bad in BAD.items() if name == first or not name.endswith("an empty file")}
    refused = [_row(b, _sentence(b), "any" if name == first else b.form) for name, b in told.items() if b.said]
    kept = [_row(bad, _asides(bad), bad.form) for bad in told.values() if bad.kept]
    return _HEAD + _REFUSED + "".join(refused) + _KEPT + "".join(kept)


def _row(bad: Bad, said: str, form: str) -> str:
    name = bad.name.removeprefix(f"{bad.form}: ")
    return f"| `{form}` | {_cell(name)} | {_cell(bad.how)} | {said} |\n"


def _sentence(bad: Bad) -> str:
    whole = " … ".join(part.strip() for part in bad.said)
    return _cell(whole if len(whole) <= _SHOWN else f"{whole[:_SHOWN]} …")


def _asides(bad: Bad) -> str:
    return "; ".join(map(_aside, bad.kept[:_MOST_ROWS])) + ("; …" if len(bad.kept) > _MOST_ROWS else "")


def _aside(row: tuple[int, str, str, str]) -> str:
    line, column, _, reason = row
    return _cell(f"{line}, {column or 'the row'}: {reason or '…'}")


def _cell(text: str) -> str:
    plain = text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")
    return plain.replace("{", "&#123;").replace("`", "'")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
