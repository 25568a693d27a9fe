"""Bad files of any format: what is handed over instead of a file, and what is wrong with a file as such."""

import gzip
import os
from pathlib import Path

from .bad_file import Bad, refused
from .containers import packed
from .seeds import CBP_HEAD, CBP_ROW, MARINE_HEAD, SEEDS, seed

DRUGS = (CBP_HEAD + CBP_ROW).encode()
LINE_OF_MB = 200


def _folder(folder: Path) -> Path:
    (folder / "drugs.csv").mkdir()
    return folder / "drugs.csv"


def _pipe(folder: Path) -> Path:
    # a reader that opened it would wait for ever
    os.mkfifo(folder / "drugs.csv")
    return folder / "drugs.csv"


def _dangling(folder: Path) -> Path:
    (folder / "drugs.csv").symlink_to(folder / "gone.csv")
    return folder / "drugs.csv"


def _loop(folder: Path) -> Path:
    (folder / "drugs.csv").symlink_to(folder / "drugs.csv")
    return folder / "drugs.csv"


def _long_line(folder: Path) -> Path:
    with (folder / "drugs.csv").open("wb") as file:
        file.write(CBP_HEAD.encode())
        for _ in range(LINE_OF_MB):
            file.write(b"x" * (1 << 20))
    return folder / "drugs.csv"


def _bomb(folder: Path) -> Path:
    with gzip.open(folder / "ais.csv.gz", "wb", compresslevel=9) as file:
        file.write(MARINE_HEAD.encode())
        for _ in range(120):
            file.write((b"," * 15 + b"\n") * (1 << 16))
    return folder / "ais.csv.gz"


def _endless_row(folder: Path) -> Path:
    # a quote is open at the end of each line: one row that never ends
    with (folder / "drugs.csv").open("wb") as file:
        file.write(CBP_HEAD.encode() + b'"x\n')
        for _ in range(40):
            file.write(b'y","x\n' * (1 << 17))
    return folder / "drugs.csv"


EMPTY = tuple(
    refused(f"{one.form}: an empty file", one, "0 bytes", b"", f"{one.name}: is empty (0 bytes); nothing was loaded")
    for one in {one.form: one for one in reversed(SEEDS)}.values()
)
BAD: tuple[Bad, ...] = (
    *reversed(EMPTY),
    refused("a folder", "cbp-drugs", "a folder of that name", _folder, "drugs.csv: is a folder; name the files in it"),
    refused("a pipe", "cbp-drugs", "a FIFO", _pipe, "drugs.csv: is not a regular file"),
    refused(
        "a link to nothing",
        "cbp-drugs",
        "a symlink to a file that is gone",
        _dangling,
        "drugs.csv: cannot be opened: No such file or directory",
    ),
    refused(
        "a link to itself",
        "cbp-drugs",
        "a symlink to itself",
        _loop,
        "drugs.csv: cannot be opened: Too many levels of symbolic links",
    ),
    refused(
        "a gzip stream cut off",
        "cbp-drugs",
        "the first 60 bytes of a gzip file",
        gzip.compress(DRUGS * 9)[:60],
        "drugs.csv: the gzip stream is cut off or damaged after ",
        "nothing was loaded: fetch the file again",
    ),
    refused(
        "a gzip stream with a wrong checksum",
        "cbp-drugs",
        "six bytes at the end of a gzip file changed",
        gzip.compress(DRUGS)[:-6] + b"xxxxxx",
        "drugs.csv: the gzip stream is cut off or damaged after ",
        "fetch the file again",
    ),
    refused(
        "gzip within gzip",
        "cbp-drugs",
        "a gzip file compressed again",
        gzip.compress(gzip.compress(DRUGS, mtime=0)),
        "drugs.csv: is not a table of text: it is compressed twice; unpack it once",
    ),
    refused(
        "a gzip bomb",
        "ais-marinecadastre",
        "120 MB of empty rows in a few hundred kB",
        _bomb,
        "ais.csv.gz: ",
        " compressed bytes grew past ",
        "this looks like a decompression bomb; nothing was loaded",
    ),
    refused(
        "a line of 200 MB",
        "cbp-drugs",
        "a header and 200 MB without a line break",
        _long_line,
        "drugs.csv, line 2: longer than 4,194,304 bytes; this is not a table of text",
    ),
    refused(
        "a row that never ends",
        "cbp-drugs",
        "a quote open at the end of each of five million lines",
        _endless_row,
        "drugs.csv, the row that begins on line 2: longer than 8,388,608 characters; is a quote never closed?",
    ),
    refused(
        "UTF-16",
        "cbp-drugs",
        "the table in UTF-16",
        DRUGS.decode().encode("utf-16"),
        "drugs.csv: is not a table of text: it is UTF-16 text; convert it to UTF-8, for instance with iconv",
    ),
    refused(
        "latin-1 where UTF-8 is expected",
        "cbp-drugs",
        "a byte 0xD1 in the third line",
        DRUGS + CBP_ROW.replace("Other", "Ñame").encode("latin-1"),
        "drugs.csv, line 3: byte 54 is not UTF-8; convert the file, for instance with iconv",
    ),
    refused(
        "a zero byte",
        "cbp-drugs",
        "a zero byte in the third line",
        DRUGS + CBP_ROW.encode().replace(b"Other", b"Ot\0er"),
        "drugs.csv, line 3: holds a zero byte; this is not a table of text",
    ),
    refused(
        "a spreadsheet instead of a table",
        "cbp-drugs",
        "a zip archive under the name of a csv",
        packed({"xl/workbook.xml": "<a/>"}),
        "drugs.csv: is not a table of text: it is a zip archive or a spreadsheet; unpack it, or save it as csv",
    ),
    refused(
        "an old spreadsheet instead of a table",
        "cbp-drugs",
        "the first bytes of an xls",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        "drugs.csv: is not a table of text: it is an old spreadsheet; save it as csv",
    ),
    refused(
        "a PDF instead of a table",
        "cbp-drugs",
        "the first bytes of a PDF",
        b"%PDF-1.7\n" + bytes(600),
        "drugs.csv: is not a table of text: it is a PDF document",
    ),
    refused(
        "Parquet instead of a table",
        "cbp-drugs",
        "a Parquet file under the name of a csv",
        seed("adsb-parquet").content,
        "drugs.csv: is not a table of text: it is a Parquet file; this format reads text",
    ),
    refused(
        "a page of the web instead of a table",
        "cbp-drugs",
        "an HTML page, as a portal gives instead of a file",
        "<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n",
        "drugs.csv: is not a table of text: it is a page of the web or XML",
    ),
)
