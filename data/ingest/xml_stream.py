"""XML from an untrusted hand, read as a stream: no document type, no entities, nothing fetched, memory bounded."""

from collections.abc import Iterator
from typing import BinaryIO, Protocol
from xml.parsers import expat

from watchfloor.geo.errors import BadFile

LONGEST_TOKEN = 16 << 20
DEEPEST = 200
MOST_NAMES, LONGEST_NAME = 10_000, 4_000
_CHUNK = 1 << 16


class Handler(Protocol):
    """What takes the parts of a document; names are local, without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; attributes by local name."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text inside an element, perhaps in pieces."""


def stream_xml(source: BinaryIO, handler: Handler, where: str) -> Iterator[None]:
    """Feed a document to a handler; yields after each piece, so that the caller can take what has come together.

    where: file and member, for messages.
    Raises BadFile for what is not well formed, a document type, or an element or text past all measure.
    """
    parser = _parser(handler, where)
    fed = 0
    try:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - max(parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
                raise BadFile(f"{where}: has an element longer than {LONGEST_TOKEN:,} bytes; nothing was loaded")
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise BadFile(f"{where}, line {error.lineno}: is not well-formed XML: {said}; nothing was loaded") from error


def read_xml(source: BinaryIO, handler: Handler, where: str) -> None:
    """Feed a whole document to a handler."""
    for _ in stream_xml(source, handler, where):
        pass


def _parser(handler: Handler, where: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    local: dict[str, str] = {}
    depth = 0

    def short(name: str) -> str:
        found = local.get(name)
        if found is None:
            # names are few and short in an honest document, and the parser keeps every one of them
            if len(local) >= MOST_NAMES or len(name) > LONGEST_NAME:
                what = f"more than {MOST_NAMES:,} different names of elements, or one past all measure"
                raise BadFile(f"{where}: has {what}; nothing was loaded")
            found = local[name] = name.rpartition(" ")[2]
        return found

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BadFile(f"{where}: elements stand inside each other more than {DEEPEST} deep; nothing was loaded")
        handler.start(short(name), {short(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(short(name))

    def refuse(*_: object) -> None:
        raise BadFile(f"{where}: declares a document type, in which entities could hide; nothing was loaded")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, handler.text
    parser.StartDoctypeDeclHandler = refuse
    return parser
