"""The sections of a mapping file, each with the keys that it may have; docs/csv-mapping.md describes them."""

import re
from typing import Annotated, Literal, NamedTuple
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from watchfloor.data.ingest.format import SourceInfo
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.measures import BY_CODE as MEASURES
from watchfloor.geo.precision import TimePrecision
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import find_substance

_OFFSET = r"%[:#]?z"
# formats for the serial days of spreadsheets, by the day from which they count
SERIALS = ("excel", "excel_1904")
# in table.blank: whatever the column
EVERY = "*"


def _zone(written: str) -> str:
    if written not in available_timezones():
        raise ValueError(f"{written!r} is no IANA time zone; write it as America/New_York")
    return written


def _unit(written: str) -> str:
    if find_unit(written) is None:
        raise ValueError(f"{written!r} is no unit of quantity that is known")
    return written


def _substance(written: str) -> str:
    if find_substance(written) is None:
        raise ValueError(f"{written!r} is no substance of the vocabulary")
    return written


def _measure(written: str) -> str:
    if written not in MEASURES:
        raise ValueError(f"{written!r} is no measure; there are {', '.join(sorted(MEASURES))}")
    return written


type Encoding = Literal["utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp1251", "cp437", "cp850"]
type Column = Annotated[str, Field(min_length=1)]
type Zone = Annotated[str, AfterValidator(_zone)]
type Unit = Annotated[str, AfterValidator(_unit)]
type Substance = Annotated[str, AfterValidator(_substance)]
type Measure = Annotated[str, AfterValidator(_measure)]
type Template = Annotated[str, Field(min_length=1, description="text with {column} in it")]


class Section(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Marks(NamedTuple):
    """How numbers are written: the decimal mark, and what stands between thousands, if anything."""

    decimal: str = "."
    thousands: str = ""


class Source(Section):
    """Whom to cite, and the grading of the records."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: str
    publisher: str
    licence: str
    reliability: Literal["reliable", "usually reliable", "unreliable", "unknown"] = "unknown"
    validity: Literal["confirmed", "probable", "doubtful", "cannot be judged"] = "cannot be judged"

    def info(self) -> SourceInfo:
        """The source as the pipeline takes it; its code cannot be that of another format."""
        return SourceInfo(
            code=f"csv:{self.code}",
            title=self.title,
            publisher=self.publisher,
            licence=self.licence,
            reliability=Reliability[self.reliability.upper().replace(" ", "_")],
            validity=Validity[self.validity.upper().replace(" ", "_")],
        )


class Turned(Section):
    """Columns of one kind of value, such as months, that become rows: a column of their names, one of their cells.

    suffix: put behind each name, such as the year of months that stand without.
    """

    columns: Annotated[list[Column], Field(min_length=1, max_length=1_000)]
    names: Column
    values: Column
    suffix: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _own_names(self) -> "Turned":
        if self.names == self.values or {self.names, self.values} & set(self.columns):
            raise ValueError("names and values are new columns: each needs a name of its own")
        return self


class Table(Section):
    """How the table stands in its file, and how its text is written."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    encodings: Annotated[list[Encoding], Field(min_length=1, max_length=4)] = ["utf-8"]
    sheet: str | None = None
    layer: str | None = None
    header: Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=5)] = []
    header_spans: bool = False
    end: list[Column] = []
    skip: list[Column] = []
    merged: list[Column] = []
    only: dict[str, list[str]] = {}
    without: dict[str, list[str]] = {}
    blank: dict[str, list[str]] = {}
    turned: Turned | None = None

    @property
    def marks(self) -> Marks:
        """How numbers are written."""
        return Marks(self.decimal, self.thousands or ("." if self.decimal == "," else ""))

    @model_validator(mode="after")
    def _two_marks(self) -> "Table":
        if self.thousands == self.decimal:
            raise ValueError("thousands and decimal are the same mark")
        return self


class Time(Section):
    """When: columns joined by a space, read by a format; precision is that of the source."""

    columns: Annotated[list[Column], Field(min_length=1)]
    until_columns: list[Column] = []
    format: Annotated[str, Field(min_length=2)]
    other_formats: list[Annotated[str, Field(min_length=2)]] = []
    earliest: int = 1900
    latest: int = 2100
    unknown_years: list[int] = []
    fiscal_start: Annotated[int, Field(ge=1, le=12)] = 1
    zone: Zone | None = None
    precision: Literal["second", "minute", "day", "month", "year"]

    @property
    def has_clock(self) -> bool:
        """Whether a format holds a time of day."""
        forms = (self.format, *self.other_formats)
        is_serial = self.precision in ("second", "minute") and bool(set(forms) & set(SERIALS))
        return is_serial or self.is_unix or any(re.search(r"%[HIkTRrXscSM]", form) for form in forms)

    @property
    def is_unix(self) -> bool:
        """Whether times are numbers since 1970-01-01 UTC."""
        return self.format in ("unix", "unix_ms")

    @property
    def has_offset(self) -> bool:
        """Whether the text itself says how far from UTC it is."""
        return bool(re.search(_OFFSET, self.format)) or self.is_unix

    @property
    def code(self) -> TimePrecision:
        """The precision as it is stored."""
        return TimePrecision[self.precision.upper()]

    @model_validator(mode="after")
    def _needs_zone(self) -> "Time":
        if self.has_clock and not self.has_offset and self.zone is None:
            raise ValueError("zone is missing: the format has a time of day and no offset; give an IANA zone")
        if self.other_formats and (self.has_offset or any(re.search(_OFFSET, form) for form in self.other_formats)):
            raise ValueError("other_formats are for times without an offset")
        if self.has_offset and self.zone is not None:
            raise ValueError("zone says what the text says already: leave it out")
        return self


class Withdrawn(Section):
    """Which rows say that their source withdrew a record: those with one of these words in a column."""

    column: Column
    words: Annotated[list[str], Field(min_length=1)]


class Record(Section):
    """What identifies a record and describes it."""

    key: Annotated[list[Column], Field(min_length=1)]
    key_repeats: bool = False
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$")] | None = None
    title: Template | None = None
    is_fatal: bool = True
    attributes: dict[str, Column] = {}
    constants: dict[str, str | int | float | bool] = {}
    withdrawn: Withdrawn | None = None

    @model_validator(mode="after")
    def _known_by_key(self) -> "Record":
        if self.withdrawn is not None and self.key_repeats:
            raise ValueError("withdrawn needs a key that is of one record: not with key_repeats")
        return self


class Substances(Section):
    """Which substances: a column of words, or always the same."""

    column: Column | None = None
    separator: str | None = None
    fixed: list[Substance] = []
    words: dict[str, Substance] = {}
    unknown: Literal["quarantine", "other"] = "quarantine"

    @model_validator(mode="after")
    def _one_way(self) -> "Substances":
        if (self.column is None) == (not self.fixed):
            raise ValueError("give column or fixed")
        return self


class Quantity(Section):
    """How much: a column of numbers in one unit, or with a column of units."""

    column: Column
    unit: Unit | None = None
    unit_column: Column | None = None
    unit_in_cell: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "Quantity":
        if self.unit_in_cell:
            if self.unit_column is not None:
                raise ValueError("give unit_column or unit_in_cell, not both")
            return self
        if (self.unit is None) == (self.unit_column is None):
            raise ValueError("give unit or unit_column")
        return self


class Wide(Section):
    """One column of a wide table: a quantity or a yes of one substance, or a value of one measure."""

    column: Column
    substance: Substance | None = None
    unit: Unit | None = None
    yes: list[str] = []
    measure: Measure | None = None


class Value(Section):
    """A reported value: what it measures, for how long, where, and of what."""

    column: Column | None = None
    measure: Measure | None = None
    measure_column: Column | None = None
    measure_words: dict[str, Measure] = {}
    period: Literal["day", "week", "month", "quarter", "year", "12 months"]
    place_kind: str | None = None
    place_code: Template | None = None
    place_name: Column | None = None
    dimensions: dict[str, Column] = {}


class NamedPlace(Section):
    """A place of a list."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$")]
    code: Template
    name: Template
    country: Template | None = None


class Craft(Section):
    """Whose positions they are, and how it moves."""

    kind: Literal["vessel", "aircraft"] = "vessel"
    identifier: Column
    name: Column | None = None
    category: Literal["cargo", "tanker", "fishing", "passenger", "pleasure", "tug", "aircraft", "other"] = "other"
    speed: Column | None = None
    speed_unit: Literal["kn", "m/s", "km/h", "mph"] = "kn"
    course: Column | None = None
    heading: Column | None = None
    altitude: Column | None = None
    altitude_unit: Literal["m", "ft"] = "m"
