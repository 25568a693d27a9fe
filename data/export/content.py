"""The hash of a file's records: the same for the same records, whatever the form of the file or its blocks.

Each column is hashed in two streams, and the lines that name the columns with their digests are hashed for the whole.
So a file can be compared with the store's record of what was handed on, and with another file of the same question.
docs/exports.md tells it so that another program can do the same.
"""

import hashlib
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

ABSENT: Final = -1
"""Stands for the length of a text that there is not, and for the number of such a word."""

_FIXED: Final = {"number": "<f8", "whole": "<i8", "moment": "<i8", "day": "<i4", "yes": "u1"}
_WHOLE: Final = {"moment": pa.int64(), "day": pa.int32()}


class Content:
    """The hash, fed with frames in their order; all have the same columns."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Feed the next records."""
        if not self._columns:
            self._columns = {name: _Column(_kind(dtype)) for name, dtype in frame.schema.items()}
        moments = pl.selectors.datetime()
        plain = frame.with_columns(moments.dt.cast_time_unit("us")) if frame.select(moments).width else frame
        table = plain.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
        for name, column in self._columns.items():
            for part in table.column(name).chunks:
                column.add(part)

    @property
    def sha256(self) -> str:
        """The hash so far, in hexadecimal."""
        lines = (f"{name}\t{column.kind}\t{column.digests}\n" for name, column in self._columns.items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class _Column:
    """What says whether or how long each value is, and the values. Of words: which words, and which of them where."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._shape, self._values = hashlib.sha256(), hashlib.sha256()
        self._words: dict[str, int] = {}

    @property
    def digests(self) -> str:
        return f"{self._shape.hexdigest()}\t{self._values.hexdigest()}"

    def add(self, part: pa.Array) -> None:
        match self.kind:
            case "word":
                self._add_words(part)
            case "text" | "bytes":
                ends = np.frombuffer(part.buffers()[1], np.int64)[part.offset : part.offset + len(part) + 1]
                self._shape.update(np.where(_is_there(part), np.diff(ends), ABSENT).astype("<i4"))
                if part.buffers()[2] is not None:
                    self._values.update(memoryview(part.buffers()[2])[ends[0] : ends[-1]])
            case _:
                self._shape.update(_is_there(part).view(np.uint8))
                plain = part.cast(_WHOLE[self.kind]) if self.kind in _WHOLE else part
                known = plain.fill_null(False if self.kind == "yes" else 0) if plain.null_count else plain
                self._values.update(np.ascontiguousarray(known.to_numpy(zero_copy_only=False), _FIXED[self.kind]))

    def _add_words(self, part: pa.DictionaryArray) -> None:
        words = part.dictionary.to_pylist()
        # an absent word has the last place
        places = part.indices.fill_null(len(words)).to_numpy().astype(np.int64, copy=False)
        new = [place for place, word in enumerate(words) if word not in self._words]
        # numbered as they come, in whatever blocks they do; those that do not come at all are none
        firsts = sorted((int(np.argmax(places == place)), place) for place in new if (places == place).any())
        for _, place in firsts:
            told = words[place].encode()
            self._words[words[place]] = len(self._words)
            self._shape.update(len(told).to_bytes(4, "little") + told)
        numbers = np.array([self._words.get(word, ABSENT) for word in words] + [ABSENT], "<i4")
        self._values.update(numbers[places])


def _kind(dtype: pl.DataType) -> str:
    match dtype:
        case pl.Datetime():
            return "moment"
        case pl.Date():
            return "day"
        case pl.Boolean():
            return "yes"
        case pl.Binary():
            return "bytes"
        case pl.String():
            return "text"
        case pl.Enum():
            return "word"
        case _ if dtype.is_float():
            return "number"
        case _ if dtype.is_integer():
            return "whole"
    raise TypeError(f"no such column goes into a file: {dtype}")


def _is_there(part: pa.Array) -> NDArray[np.bool_]:
    if not part.null_count:
        return np.ones(len(part), bool)
    return np.asarray(part.is_valid().to_numpy(zero_copy_only=False))
