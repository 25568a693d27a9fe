"""Mutations of plain bytes, of lines and cells of text, of JSON and of XML. All chance comes from one Random."""

import csv
import hashlib
import io
import json
from random import Random
from typing import Any

# longer than any index holds, however it is packed
INCOMPRESSIBLE = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(150))
NASTY = (
    *("", " ", "0", "-0", "-1", "1", "nan", "NaN", "inf", "-inf", "Infinity", "1e308", "1e999", "-1e-400", "1_000"),
    *("9" * 25, "0x10", "1,5", "1.5.5", "+5", "\u0663", "null", "None", "true", "-0-", "#N/A", "=1+1", "=HYPERLINK(1)"),
    *("9999-12-31", "0000-00-00", "1800-01-01", "2024-02-30", "01/01/9999", "Dec 262142", "+262142-12-01", "24:00:00"),
    *("2024-01-01T00:00:60Z", "2024-01-01T00:00:00+99:99", "-9223372036854775808", "9223372036854775808", "91", "181"),
    *("\u202egnp", "\ufeff", "\ufffd", "\U0001f4a3", "\x07", "\x1a", "\u2028", "\u0130", "é", "<b>"),
    *("'; DROP TABLE x;--", "(" * 2_000, ", " * 2_000, "\\" * 50, '"' * 3, "A, CT\n(41.5, -72.5)"),
    *("%s{0}{key}", "../../etc/passwd", "POINT EMPTY", "POINT(1e400 nan)", "*", "^.*$", "^a$", "line", "geometry"),
    *("a" * 300, "x" * 3_000, "x" * 70_000, INCOMPRESSIBLE),
)
_BYTES = (
    b"\0",
    b"\xff",
    b"\r",
    b"\n",
    b'"',
    b",",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"<",
    b"{",
    b"[",
    b"\xed\xa0\x80",
    b"\\",
)
MOST_BYTES = 4 << 20


def of_bytes(content: bytes, chance: Random) -> bytes:
    """A few bytes changed, left out, doubled, cut off or put in."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not made:
            break
        at = chance.randrange(len(made))
        length = min(chance.choice((1, 2, 8, 64, 4_096)), len(made) - at)
        match chance.randrange(7):
            case 0:
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                made[at] = chance.randrange(256)
            case 2:
                del made[at : at + length]
            case 3:
                made[at:at] = made[at : at + length]
            case 4:
                del made[at:]
            case 5:
                made[at:at] = chance.choice(_BYTES) * chance.choice((1, 1, 3, 200))
            case _:
                other = chance.randrange(len(made))
                made[at : at + length] = made[other : other + length]
    return bytes(made[:MOST_BYTES])


def of_lines(text: str, chance: Random) -> str:
    """Lines doubled, left out, moved, joined, or ended otherwise."""
    lines = text.splitlines(keepends=True) or [""]
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * chance.choice((1, 2, 300))
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = lines[at].rstrip("\r\n")
        case 4:
            lines[at] = lines[at].rstrip("\r\n") + chance.choice(("\r", "\r\n", "\n\n", "\x0b", "\u2028", "\0\n"))
        case 5:
            lines[0], lines[at] = lines[at], lines[0]
        case _:
            lines[at:at] = [chance.choice(NASTY) + "\n"]
    return "".join(lines)


def of_cells(text: str, chance: Random) -> str:
    """Cells of a table replaced by what nobody expects there, columns renamed, doubled, moved or left out."""
    delimiter = max(",;\t|", key=text[:2_000].count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        return of_lines(text, chance)
    if not rows:
        return text
    width = len(rows[0])
    for _ in range(chance.choice((1, 1, 3, 10))):
        row, column = chance.choice(rows), chance.randrange(width)
        match chance.randrange(20):
            case 0:
                rows[0][min(column, len(rows[0]) - 1)] = chance.choice(NASTY)
            case 1:
                for each in rows:
                    each.append(chance.choice(NASTY))
            case 2 if column < len(row):
                row[column] = of_bytes(row[column].encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")
            case 3 | 4 | 5:
                for each in rows[1:]:
                    if column < len(each):
                        each[column] = chance.choice(NASTY)
            case 6 | 7 if column < len(row):
                row[column] = chance.choice(chance.choice(rows) or [""])
            case _ if column < len(row):
                row[column] = chance.choice(NASTY)
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=chance.choice(("\n", "\r\n"))).writerows(rows)
    return made.getvalue()


def of_json(text: str, chance: Random) -> str:
    """Values of a document replaced, moved, doubled, nested or left out."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return of_lines(text, chance)
    for _ in range(chance.choice((1, 1, 2, 5))):
        _change(document, chance)
    made = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    return made.encode("utf-8", "replace").decode()


def _change(document: Any, chance: Random) -> None:
    """Walk to some value by chance, and change it where it stands."""
    here = document
    for _ in range(chance.randrange(1, 12)):
        keys = list(here) if isinstance(here, dict) else range(len(here))
        if not keys:
            return
        key = chance.choice(keys)
        inner = here[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            here = inner
            continue
        match chance.randrange(6):
            case 0:
                del here[key]
            case 1:
                here[key] = [inner]
            case 2 if isinstance(inner, int | float):
                here[key] = chance.choice((inner * 1e6, -inner, inner + 0.5, 1e400, 10**30, True, str(inner), 0))
            case 3 if isinstance(here, dict):
                here[chance.choice(NASTY)] = inner
            case 4 if isinstance(here, list):
                here.extend([inner] * chance.choice((1, 3, 500)))
            case _:
                here[key] = chance.choice((None, {}, [], True, 1e400, -1, [[]], *NASTY))
        return


def of_xml(text: str, chance: Random) -> str:
    """Elements left out, doubled or swapped; attributes and texts replaced."""
    parts = text.replace("<", "\0<").replace(">", ">\0").split("\0")
    parts = [part for part in parts if part]
    for _ in range(chance.choice((1, 1, 2, 6))):
        at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        nasty = chance.choice(NASTY).replace("<", "&lt;").replace('"', "").replace("\x07", "").replace("\x1a", "")
        match chance.randrange(6):
            case 0:
                parts[at] = ""
            case 1:
                parts[at] += parts[at] * chance.choice((1, 1, 250))
            case 2:
                parts[at], parts[other] = parts[other], parts[at]
            case 3 if '="' in parts[at]:
                pieces = parts[at].split('"')
                pieces[chance.randrange(1, len(pieces), 2) if len(pieces) > 1 else 0] = nasty
                parts[at] = '"'.join(pieces)
            case _:
                parts[at] = parts[at] + nasty
    return "".join(parts)
