"""Exact identifiers at intake: one key for each, by one function for every format; and what craft say who they are.

A key is worked out from the identifier alone (`geo.identifiers.identity_key`) and stands in every row that bears it,
under that row's own label. So records join to one object for whoever may see them, and nothing else is stored of it.
"""

import json
from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.frames import SHAPES, Batch, conform
from watchfloor.geo.identifiers import OF_CRAFT, exact_identifier, identity_key

IDENTITY = "identity"
CALLED = "craft_identities"
# columns of a frame that hold a scheme and a value
SCHEMES = {"identifiers": ("scheme", "value"), CALLED: ("aspect", "value")}
MOST_ROWS = 200_000
LONGEST = 200
_INVENTED = "exercise/"
_ATTRIBUTES = {"imo": "imo", "call_sign": "call sign", "flag": "flag", "owner": "owner"}
_WHO = ("file", "kind", "identifier", "aspect", "value", "label")


def is_invented(namespace: str) -> bool:
    """Whether a source tells of the exercise world: its identifiers agree with none of the real one."""
    return namespace.startswith(_INVENTED)


def with_keys(name: str, frame: pl.DataFrame, namespace: str) -> pl.DataFrame:
    """The frame with the key of each identifier that names one object, 16 bytes, and null of what names none."""
    scheme, value = SCHEMES[name]
    keys: dict[tuple[str, str], bytes | None] = {}
    for said in frame.select(scheme, value).unique().iter_rows():
        exact = exact_identifier(*said, is_invented=is_invented(namespace)) if None not in said else None
        keys[said] = identity_key(exact, is_invented=is_invented(namespace)).bytes if exact else None
    found = [keys[said] for said in frame.select(scheme, value).iter_rows()]
    return frame.with_columns(pl.Series(IDENTITY, found, pl.Binary))


class Called:
    """What the craft of a run's files say who they are, gathered: who says the same all day says it once."""

    def __init__(self) -> None:
        self._said: dict[int, pl.DataFrame] = {}

    def add(self, frame: pl.DataFrame, file: int) -> None:
        """Take a batch of the frame `craft_identities`."""
        held = self._said.get(file)
        whole = frame.with_columns(pl.lit(file, pl.Int16).alias("file"), pl.col("value").str.slice(0, LONGEST))
        both = whole if held is None else pl.concat([held, whole.select(held.columns)])
        gathered = both.group_by(_WHO, maintain_order=True).agg(pl.col("heard_from").min(), pl.col("heard_to").max())
        self._said[file] = gathered

    @property
    def height(self) -> int:
        """Rows that are held."""
        return sum(frame.height for frame in self._said.values())

    def take(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Files and what was said in them; nothing is held any more."""
        said, self._said = self._said, {}
        for file, frame in said.items():
            yield file, frame.select(*SHAPES[CALLED])


def called_in(batch: Batch) -> pl.DataFrame | None:
    """What a batch tells of who its craft are: the frame of a format that knows when, else what the craft bear."""
    if CALLED in batch.frames:
        return conform(CALLED, batch.frames[CALLED])
    return conform(CALLED, untimed(conform("crafts", batch.frames["crafts"]))) if "crafts" in batch.frames else None


def heard(frame: pl.DataFrame, kind: str, aspects: dict[str, str]) -> pl.DataFrame:
    """A frame `craft_identities` from rows with `identifier` and `at`; aspects: what each further column says.

    One row for each thing that a craft said of itself, with when it was first and last heard.
    """
    own = frame.select("identifier", "at", pl.lit(OF_CRAFT[kind]).alias("aspect"), pl.col("identifier").alias("value"))
    parts = [
        frame.select("identifier", "at", pl.lit(aspect).alias("aspect"), pl.col(column).alias("value"))
        for column, aspect in aspects.items()
    ]
    said = [
        part.drop_nulls("value")
        .group_by("identifier", "aspect", "value", maintain_order=True)
        .agg(pl.col("at").min().alias("heard_from"), pl.col("at").max().alias("heard_to"))
        for part in (own, *parts)
    ]
    return pl.concat(said).with_columns(pl.lit(kind).alias("kind"))


def untimed(crafts: pl.DataFrame) -> pl.DataFrame:
    """A frame `craft_identities` from a frame of craft alone: what they are called, from nobody knows when."""
    rows: list[tuple[str, str, str, str, int | None]] = []
    for kind, identifier, name, attributes, label in crafts.select(
        "kind", "identifier", "name", "attributes", "label"
    ).iter_rows():
        said = json.loads(attributes) if attributes else {}
        told = {aspect: said[name] for name, aspect in _ATTRIBUTES.items() if said.get(name) not in (None, "")}
        told |= {OF_CRAFT[kind]: identifier} if kind in OF_CRAFT else {}
        # an aircraft is called by the flight that it makes
        told |= {"call sign" if kind == "aircraft" else "name": name} if name else {}
        rows += [(kind, identifier, aspect, str(value), label) for aspect, value in told.items()]
    columns = ("kind", "identifier", "aspect", "value", "label")
    return pl.DataFrame(rows, schema={column: SHAPES[CALLED][column] for column in columns}, orient="row")
