"""What a named bad file is: how it is made, and what the program says of it to the letter."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .seeds import Seed, seed

type Row = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that is refused as a whole (exit 2), or of which rows are kept aside (exit 0, with --strict 3).

    how: how it is made, in words. put: writes it into a folder and gives its path.
    said: parts of the one sentence, in order, of a file that is refused.
    kept: line, column, value and reason of every row that is kept aside.
    """

    name: str
    form: str
    how: str
    put: Callable[[Path], Path]
    mapping: str | None
    said: tuple[str, ...] = ()
    kept: tuple[Row, ...] = ()


def refused(
    name: str, base: Seed | str, how: str, made: bytes | str | Callable[[Path], Path], *said: str, file: str = ""
) -> Bad:
    """A file that is refused as a whole; `base` is a seed or a format, whose first seed gives name and mapping."""
    begun = seed(base) if isinstance(base, str) else base
    return Bad(name, begun.form, how, _putter(begun, made, file), begun.mapping, said=said)


def aside(name: str, base: Seed | str, how: str, made: bytes | str, *kept: Row, file: str = "") -> Bad:
    """A sound file with rows that are kept aside."""
    begun = seed(base) if isinstance(base, str) else base
    return Bad(name, begun.form, how, _putter(begun, made, file), begun.mapping, kept=kept)


def _putter(begun: Seed, made: bytes | str | Callable[[Path], Path], file: str) -> Callable[[Path], Path]:
    if callable(made):
        return made
    content = made.encode() if isinstance(made, str) else made

    def put(folder: Path) -> Path:
        path = folder / (file or begun.name)
        path.write_bytes(content)
        return path

    return put
