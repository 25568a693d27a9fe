"""What single seizures are narrowed to, beside period and substances; written alike in links and in the audit."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import quote, unquote
from uuid import UUID

from watchfloor.geo.coasts import BY_CODE as COASTS
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.moments import in_utc
from watchfloor.geo.precision import PlacePrecision

MOST_CHOICES: Final = 40
MOST_LETTERS: Final = 100
MOST_KG: Final = 1e9
MOST_KM: Final = 500.0
NOT_STATED: Final = ""
"""Stands for "the source does not say" among conveyances and concealments."""
# how that is written: no word of a source is, since its brackets are escaped
UNSAID: Final = "(none)"


def _check_weight(kilograms: float | None) -> None:
    if kilograms is not None and not 0 <= kilograms <= MOST_KG:
        raise BadQuestion(f"a weight lies between 0 and {MOST_KG:,.0f} kg, not {kilograms:g}")


@dataclass(frozen=True, slots=True)
class NearPorts:
    """Within so many kilometres of a port, perhaps of one coast (`geo.coasts`) or one country (two letters)."""

    km: float
    coast: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        if not 1.0 <= self.km <= MOST_KM:
            raise BadQuestion(f"near a port is within 1 to {MOST_KM:,.0f} km")
        if self.coast and self.coast not in COASTS:
            raise BadQuestion(f"unknown coast: {self.coast[:40]}; there are: {', '.join(COASTS)}")
        if self.country and not (len(self.country) == 2 and self.country.isascii() and self.country.isupper()):
            raise BadQuestion(f"a country is two capital letters, not {self.country[:20]!r}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Of kilometres, coast and country with colons between: 50:pacific:US. Raises BadQuestion."""
        km, coast, country, *rest = [*text.split(":"), "", ""]
        if any(rest):
            raise BadQuestion(f"near ports is written like 50:pacific:US, not {text[:40]!r}")
        return cls(_number(km), coast, country)

    def __str__(self) -> str:
        return f"{self.km:g}:{self.coast}:{self.country}".rstrip(":")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions that a single seizure must meet, all of them; what is not given narrows nothing.

    least_kg, most_kg: of the chosen substances together; what has no weight in kilograms meets neither. conveyances,
    concealments: any of these words of the source. agencies: codes, any of which owns the label. labels: numbers, any
    of. reliability, validity: at least so good. precision: at least so exact. case: held in this case. text: each
    of its words in title, place or what else the source says. arrived: recorded, new or changed, after this moment.
    """

    least_kg: float | None = None
    most_kg: float | None = None
    conveyances: tuple[str, ...] = ()
    concealments: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    reliability: Reliability | None = None
    validity: Validity | None = None
    precision: PlacePrecision | None = None
    case: UUID | None = None
    near: NearPorts | None = None
    text: str = ""
    arrived: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("conveyances", "concealments", "agencies", "labels"):
            given = getattr(self, name)
            if len(given) > MOST_CHOICES or any(len(str(one)) > MOST_LETTERS for one in given):
                raise BadQuestion(f"at most {MOST_CHOICES} {name} of {MOST_LETTERS} letters may be chosen")
            object.__setattr__(self, name, tuple(sorted(set(given))))
        if any(not 0 <= number < 1 << 15 for number in self.labels):
            raise BadQuestion("a label is a number from 0 to 32,767")
        for name in ("least_kg", "most_kg"):
            _check_weight(getattr(self, name))
        if self.least_kg is not None and self.most_kg is not None and self.least_kg > self.most_kg:
            raise BadQuestion(f"at least {self.least_kg:g} kg and at most {self.most_kg:g} kg cannot both be")
        words = " ".join(self.text.split())
        if len(words) > MOST_LETTERS or not words.isprintable():
            raise BadQuestion(f"a text to look for has at most {MOST_LETTERS} letters")
        object.__setattr__(self, "text", words)
        if self.arrived is not None:
            object.__setattr__(self, "arrived", in_utc(self.arrived))

    def __bool__(self) -> bool:
        return self != NOTHING

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the conditions that there are."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != f.default)

    def without(self, *names: str) -> Self:
        """The same but for these conditions."""
        return replace(self, **{name: getattr(NOTHING, name) for name in names})

    def only(self, *names: str) -> "Narrowing":
        """These conditions alone."""
        return Narrowing(**{name: getattr(self, name) for name in names})

    def as_parameters(self) -> dict[str, str]:
        """The conditions as an address and an audit row write them; `from_parameters` reads them back."""
        return {_PARAMETERS[name]: _written(getattr(self, name)) for name in self.given}

    @classmethod
    def from_parameters(cls, given: Mapping[str, str]) -> Self:
        """The conditions that parameters name. Raises BadQuestion for one that cannot be used, naming it."""
        found = {}
        for name, parameter in _PARAMETERS.items():
            if given.get(parameter):
                try:
                    found[name] = _READERS[name](given[parameter])
                except ValueError as error:
                    raise BadQuestion(f"“{parameter}” cannot be read: {given[parameter][:40]!r}") from error
        return cls(**found)


NOTHING: Final = Narrowing()

_PARAMETERS: Final = {
    "least_kg": "least_kg",
    "most_kg": "most_kg",
    "conveyances": "conveyance",
    "concealments": "concealment",
    "agencies": "agency",
    "labels": "label",
    "reliability": "reliability",
    "validity": "validity",
    "precision": "precision",
    "case": "case",
    "near": "near",
    "text": "text",
    "arrived": "arrived",
}
PARAMETERS: Final = tuple(_PARAMETERS.values())
"""Names of the parameters in an address."""


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise BadQuestion(f"not a number: {text[:40]!r}") from error
    if not math.isfinite(value):
        raise BadQuestion(f"not a number: {text[:40]!r}")
    return value


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        # what is not stated is an empty word: a list of it alone must differ from an empty list
        return ",".join(quote(str(one), safe=" ") or UNSAID for one in value)
    if isinstance(value, Reliability | Validity):
        return value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _words(text: str) -> tuple[str, ...]:
    return tuple(NOT_STATED if word == UNSAID else unquote(word) for word in text.split(",") if word)


def _member[Grade: (Reliability, Validity)](kind: type[Grade], text: str) -> Grade:
    try:
        return kind[text.upper()]
    except KeyError as error:
        raise BadQuestion(f"unknown grade: {text[:40]!r}") from error


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "least_kg": _number,
    "most_kg": _number,
    "conveyances": _words,
    "concealments": _words,
    "agencies": _words,
    "labels": lambda text: tuple(int(part) for part in text.split(",")),
    "reliability": lambda text: _member(Reliability, text),
    "validity": lambda text: _member(Validity, text),
    "precision": PlacePrecision,
    "case": UUID,
    "near": NearPorts.parse,
    "text": str,
    "arrived": lambda text: datetime.fromisoformat(text.strip()),
}
