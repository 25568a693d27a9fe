"""A mapping file: what the columns of any table mean, in TOML, checked before a row is read."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from watchfloor.data.ingest.format import SourceInfo
from watchfloor.data.ingest.mapping_entity import Entity, Identifier
from watchfloor.data.ingest.mapping_place import Place
from watchfloor.data.ingest.mapping_sections import (
    EVERY,
    Craft,
    NamedPlace,
    Quantity,
    Record,
    Section,
    Source,
    Substances,
    Table,
    Time,
    Value,
    Wide,
)
from watchfloor.data.ingest.mapping_text import MappingText, mapping_text
from watchfloor.data.ingest.table_layout import Layout
from watchfloor.geo.errors import BadFile

# which sections each target must have, and which it may have besides
_NEEDED = {
    "seizures": {"record", "time"},
    "events": {"record", "time"},
    "overdoses": {"record", "time"},
    "reported": {"value", "time"},
    "places": {"named_place"},
    "fixes": {"craft", "time"},
    "entities": {"record", "entity"},
}
_ALLOWED = {
    "seizures": {"place", "substances", "quantity", "wide"},
    "events": {"place"},
    "overdoses": {"place", "substances", "wide"},
    "reported": {"substances", "quantity", "wide"},
    "places": {"record", "place"},
    "fixes": {"place"},
    "entities": {"identifier", "time", "place"},
}
_SECTIONS = {name for sections in _NEEDED.values() for name in sections} | {
    name for sections in _ALLOWED.values() for name in sections
}
# targets whose records are places
_PLACED = {"places", "fixes"}
# keys whose value is the name of a column, or a list, a table or a template of such names
_COLUMN_KEYS = {
    *("columns", "until_columns", "lon", "lat", "point", "precision_column", "uncertainty_column", "zone_column"),
    *("key", "attributes"),
    *("column", "unit_column", "measure_column", "dimensions", "identifier", "speed", "course", "heading", "altitude"),
    *("place_name", "kind_column"),
}
_TEMPLATE_KEYS = {"title", "place_code", "code", "country", "area"}
# keys of [table] that name columns; EVERY stands for all of them
_ROW_KEYS = ("merged", "blank", "without", "only")
_BRACES = re.compile(r"\{([^{}]+)\}")


class Mapping(Section):
    """A whole mapping file."""

    target: Literal["seizures", "events", "overdoses", "reported", "places", "fixes", "entities"]
    source: Source
    table: Table = Table()
    record: Record | None = None
    time: Time | None = None
    place: Place | None = None
    substances: Substances | None = None
    quantity: Quantity | None = None
    wide: list[Wide] = Field(default_factory=list)
    value: Value | None = None
    named_place: NamedPlace | None = None
    craft: Craft | None = None
    entity: Entity | None = None
    identifier: Annotated[list[Identifier], Field(max_length=40)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_what_the_target_needs(self) -> "Mapping":
        given = {name for name in _SECTIONS if getattr(self, name)}
        if missing := sorted(_NEEDED[self.target] - given):
            raise ValueError(f"the target {self.target} needs {', '.join(missing)}")
        if strange := sorted(given - _NEEDED[self.target] - _ALLOWED[self.target]):
            raise ValueError(f"the target {self.target} has no use for {', '.join(strange)}")
        if self.record is not None and self.record.kind is not None and self.target != "events":
            raise ValueError("record.kind is for the target events")
        getattr(self, f"_check_{self.target}")()
        return self

    def in_table(self) -> "Mapping":
        """The mapping as one of a table, where only columns can say where something is.

        Raises BadFile if none does.
        """
        if self.place is None and self.target in _PLACED:
            raise BadFile(f"the target {self.target} needs place")
        if self.place is not None and not self.place.is_in_table:
            raise BadFile("place: give lon and lat, or point, or gazetteer")
        return self

    def of_features(self) -> "Mapping":
        """The mapping as one of features, whose geometry says where they are.

        Raises BadFile if columns are to say so, too.
        """
        if self.place is not None and self.place.is_in_table:
            raise BadFile("place: the geometry says where: leave lon, lat and point out")
        if self.place is not None or self.target == "reported":
            return self
        if self.target not in _PLACED:
            raise BadFile("place: give precision or precision_column: how closely is a place known?")
        return self.model_copy(update={"place": Place()})

    def _check_seizures(self) -> None:
        for number, wide in enumerate(self.wide):
            if wide.substance is None or wide.unit is None or wide.measure is not None or wide.yes:
                raise ValueError(f"wide.{number}: a column of seizures needs substance and unit, and no other key")
        if self.quantity is not None and self.substances is None:
            raise ValueError("quantity needs substances: of what is it so much?")
        self._check_precision()

    def _check_events(self) -> None:
        assert self.record is not None
        if self.record.kind is None:
            raise ValueError("record.kind: say what kind of event it is, in one word")
        self._check_precision()

    def _check_overdoses(self) -> None:
        for number, wide in enumerate(self.wide):
            if wide.substance is None or wide.unit is not None or wide.measure is not None:
                raise ValueError(
                    f"wide.{number}: a column of overdoses needs substance, may have yes, and no other key"
                )
        assert self.time is not None
        if self.time.until_columns:
            raise ValueError("time.until_columns: an overdose has a day and no end")
        self._check_precision()

    def _check_reported(self) -> None:
        assert self.value is not None
        for number, wide in enumerate(self.wide):
            if wide.measure is None or wide.substance is not None or wide.unit is not None or wide.yes:
                raise ValueError(f"wide.{number}: a column of reported values needs measure, and no other key")
        ways = [self.value.measure, self.value.measure_column, self.wide or None]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("value: give measure, measure_column or [[wide]] columns, one of them")
        if (self.value.column is None) == (not self.wide):
            raise ValueError("value.column: give it, or [[wide]] columns")
        if self.substances is not None and len(self.substances.fixed) > 1:
            raise ValueError("substances.fixed: a reported value is of one substance")
        placed = [self.value.place_code, self.value.place_name]
        if sum(way is not None for way in placed) != (self.value.place_kind is not None):
            raise ValueError("value: place_kind goes with place_code or place_name, one of them")

    def _check_places(self) -> None:
        if self.record is not None and self.record.withdrawn is not None:
            raise ValueError("record.withdrawn: places have no versions that could end; take back their run instead")

    def _check_fixes(self) -> None:
        if self.place is None:
            return
        if self.place.precision not in (None, "exact") or self.place.precision_column:
            raise ValueError("place.precision: a position of a craft is exact")

    def _check_entities(self) -> None:
        assert self.record is not None
        assert self.entity is not None
        if self.record.title is not None:
            raise ValueError("record.title: an entity has a name: give entity.name")
        if self.entity.name is None and not self.identifier:
            raise ValueError("entity.name: give it, or [[identifier]]: by what is a row known?")
        self._check_precision()

    def _check_precision(self) -> None:
        place = self.place
        if place is not None and place.precision is None and place.precision_column is None:
            raise ValueError("place: give precision or precision_column: how closely is a place known?")

    def layout(self) -> Layout:
        """Where the table stands in a file of rows."""
        table = self.table
        return Layout(
            delimiter=table.delimiter,
            header=tuple(table.header),
            header_spans=table.header_spans,
            end=tuple(table.end),
            encodings=tuple(table.encodings),
            wanted=frozenset(self.columns()),
        )

    def source_info(self) -> SourceInfo:
        """The source of the records."""
        return self.source.info()

    def columns(self) -> dict[str, str]:
        """Columns that the mapping names, each with the key that names it."""
        named = {column: key for key, column in reversed(list(_columns(self, "")))}
        rows = {column: key for key in _ROW_KEYS for column in getattr(self.table, key) if column != EVERY}
        whole = {column: f"table.{key}" for column, key in rows.items()} | named
        made = {self.table.turned.names, self.table.turned.values} if self.table.turned else set()
        return {column: key for column, key in whole.items() if column not in made}


def load_mapping(source: Path | MappingText, fit: Callable[[Mapping], Mapping] = Mapping.in_table) -> Mapping:
    """The mapping of a TOML file or text, as one of a table or of features.

    Raises BadFile with the key that is wrong, and why.
    """
    text = mapping_text(source) if isinstance(source, Path) else source
    try:
        read = Mapping.model_validate(tomllib.loads(text.toml))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFile(f"{text.name}: is not TOML: {error}") from error
    except ValidationError as error:
        said = "; ".join(
            f"{_key(found['loc'])}{found['msg'].removeprefix('Value error, ')}" for found in error.errors()
        )
        raise BadFile(f"{text.name}: {said}") from error
    try:
        return fit(read)
    except BadFile as error:
        raise BadFile(f"{text.name}: {error}") from error


def _key(where: tuple[str | int, ...]) -> str:
    return ".".join(map(str, where)) + ": " if where else ""


def _columns(section: BaseModel, above: str) -> Iterator[tuple[str, str]]:
    for key in type(section).model_fields:
        value, path = getattr(section, key), f"{above}{key}"
        if isinstance(value, BaseModel):
            yield from _columns(value, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
            for number, inner in enumerate(value):
                yield from _columns(inner, f"{path}.{number}.")
        elif isinstance(value, str) and (key in _TEMPLATE_KEYS or path in ("named_place.name", "entity.name")):
            yield from ((path, column) for column in _BRACES.findall(value))
        elif key in _COLUMN_KEYS or path in ("place.name", "craft.name"):
            yield from ((path, column) for column in _listed(value))


def _listed(value: object) -> list[str]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []
