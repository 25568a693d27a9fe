"""The sections of a mapping for things and persons: what a row is, what it is called, and the numbers that it bears."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from watchfloor.data.ingest.mapping_sections import Column, Section, Template

type Kind = Literal[
    "person",
    "organisation",
    "vehicle",
    "trailer",
    "vessel",
    "aircraft",
    "phone",
    "device",
    "account",
    "wallet",
    "firearm",
    "parcel",
    "container",
    "document",
    "equipment",
    "premises",
    "address",
]
# how POLE has each kind; all others are objects
_POLE = {"person": "person", "organisation": "person", "premises": "location", "address": "location"}
KINDS: tuple[str, ...] = Kind.__value__.__args__
POLE = {kind: _POLE.get(kind, "object") for kind in KINDS}


class Entity(Section):
    """What the rows are, always or by a column, and their names."""

    kind: Kind | None = None
    kind_column: Column | None = None
    kind_words: dict[str, Kind] = Field(default_factory=dict)
    name: Template | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Entity":
        if (self.kind is None) == (self.kind_column is None):
            raise ValueError("give kind or kind_column")
        if self.kind_words and self.kind_column is None:
            raise ValueError("kind_words are for kind_column")
        return self


class Identifier(Section):
    """A column of numbers that the rows bear.

    area: within which a number is unique, fixed or made of columns; area_words: what stands there for an area.
    calling_code: of the country whose national telephone numbers are written without it.
    """

    scheme: Annotated[str, Field(pattern=r"^[a-z][a-z0-9 ]{0,29}$")]
    column: Column
    separator: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    area: Template | None = None
    area_words: dict[str, Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=dict)
    calling_code: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}$")] | None = None

    @model_validator(mode="after")
    def _fits_the_scheme(self) -> "Identifier":
        if self.area_words and self.area is None:
            raise ValueError("area_words are for area")
        if self.calling_code is not None and self.scheme != "phone":
            raise ValueError("calling_code is for the scheme phone")
        return self
