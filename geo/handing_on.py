"""What leaves the store as a file: the forms, to whom it may be given, and what each file says of itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from watchfloor.geo.scope import Label, Tlp

PUBLIC_OWNER: Final = "PUBLIC"
ONLY_ME: Final = ""
"""Stands for the asker alone among those to whom a file is given."""
BESIDE: Final = (
    "Records that may lie in the place, or have none, are counted as far as their labels leave this marking as it is: "
    "there may be others"
)
EXERCISE: Final = "EXERCISE"


class Form(StrEnum):
    """The forms of a file."""

    CSV = "csv"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    GEOPARQUET = "parquet"
    KML = "kml"
    PNG = "png"

    @property
    def called(self) -> str:
        """As a person calls it."""
        return _TITLES[self][0]

    @property
    def has_cover(self) -> bool:
        """Whether it goes out packed with a page of its own that says what it is."""
        return self is Form.CSV

    @property
    def ending(self) -> str:
        """Of the name of the file that leaves."""
        return "zip" if self.has_cover else self.value

    @property
    def media_type(self) -> str:
        """As a browser calls it."""
        return _TITLES[self][1]


_TITLES: Final = {
    Form.CSV: ("CSV with a cover (zip)", "application/zip"),
    Form.GEOJSON: ("GeoJSON", "application/geo+json"),
    Form.GEOPACKAGE: ("GeoPackage", "application/geopackage+sqlite3"),
    Form.GEOPARQUET: ("GeoParquet", "application/vnd.apache.parquet"),
    Form.KML: ("KML", "application/vnd.google-earth.kml+xml"),
    Form.PNG: ("PNG of the map", "image/png"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in a file and what is not. by_precision: records by how well their place is known.

    records: rows of the file. without_place: those of them without a position. may_lie_here: not in the file because
    their place is known too badly to say that it lies in what was chosen. left_out: not in it because they have none.
    where: what the number of records says of itself; empty if nothing was counted singly.
    """

    records: int
    without_place: int = 0
    may_lie_here: int = 0
    left_out: int = 0
    by_precision: Mapping[str, int] = field(default_factory=dict)
    where: str = "in this file"

    def as_json(self) -> dict[str, Any]:
        """The counts by name."""
        return {
            "records": self.records,
            "without_place": self.without_place,
            "hidden_by_precision": self.may_lie_here,
            "hidden_without_place": self.left_out,
            "by_precision": dict(self.by_precision),
        }

    @property
    def words(self) -> str:
        """The counts as a sentence."""
        if not self.where:
            return "Nothing is counted singly: each legend tells its own numbers"
        told = [f"{self.records:,} {self.where}"]
        if self.without_place:
            told.append(f"{self.without_place:,} of them without a place")
        if self.may_lie_here:
            told.append(f"{self.may_lie_here:,} more are known too roughly to say that they lie here")
        if self.left_out:
            told.append(f"{self.left_out:,} more answer the question but have no place")
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Handling:
    """What a file says of itself.

    labels: titles of the labels of what is in it, with how many records bear each (0: not counted). given_to: the
    agency that it is for, ONLY_ME for the asker alone. content_sha256: of the records, see data/export/content.py.
    """

    is_exercise: bool
    labels: tuple[tuple[Label, int], ...]
    question: Mapping[str, Any]
    words: str
    asked_at: datetime
    known_at: datetime | None
    counts: Counts
    by: str
    agency: str | None
    given_to: str
    notes: tuple[str, ...] = ()
    content_sha256: str = ""

    @property
    def marking(self) -> str:
        """The strictest marking of all that is in the file, in one line."""
        parts = [EXERCISE] if self.is_exercise else []
        return " · ".join([*parts, strictest_marking([label for label, _ in self.labels])])

    @property
    def file_stem(self) -> str:
        """A name that says what is in a file and how it is marked: EXERCISE_TLP-AMBER_seizures_20261122T153400Z."""
        tlp = self.marking.removeprefix("EXERCISE · ").split(" ")[0].replace(":", "-").replace("+", "-")
        parts = ["EXERCISE"] if self.is_exercise else []
        layer = str(self.question.get("layer", "map"))
        return "_".join([*parts, tlp, layer, f"{self.asked_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"])

    def as_json(self) -> dict[str, Any]:
        """All of it, for a program."""
        return {
            "program": "Watchfloor",
            "exercise": self.is_exercise,
            "marking": self.marking,
            "labels": [{"label": label.title, "records": n} for label, n in self.labels],
            "question": self.words,
            "query": dict(self.question),
            "asked_at": self.asked_at.isoformat(timespec="seconds"),
            "known_at": self.known_at.isoformat(timespec="seconds") if self.known_at else None,
            "counts": self.counts.as_json(),
            "exported_by": self.by,
            "agency": self.agency,
            "given_to": self.given_to or f"only {self.by}",
            "notes": list(self.notes),
            "content_sha256": self.content_sha256,
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, for a person: the first is the marking."""
        known = f"as known at {self.known_at:%Y-%m-%d %H:%M:%SZ}" if self.known_at else "as known when it was asked"
        return (
            self.marking,
            *(
                f"Label: {label.title}" + (f" ({n:,} record{'' if n == 1 else 's'})" if n else "")
                for label, n in self.labels
            ),
            f"Question: {self.words}",
            f"Asked at {self.asked_at:%Y-%m-%d %H:%M:%SZ}, {known}",
            f"Records: {self.counts.words}",
            f"Exported by {self.by}" + (f", {self.agency}" if self.agency else ""),
            f"For {self.given_to or 'the named person alone'}",
            *self.notes,
            f"Content SHA-256: {self.content_sha256}",
        )


def strictest_marking(labels: Iterable[Label]) -> str:
    """One line that is as strict as the strictest of these in every part: TLP, tier, owners, compartments, release."""
    labels = list(labels)
    if not labels:
        return Tlp.CLEAR.title
    tlp, tier = max(label.tlp for label in labels), max(label.tier for label in labels)
    owners = sorted({label.owner for label in labels} - {PUBLIC_OWNER}) or [PUBLIC_OWNER]
    circles = sorted({label.compartment for label in labels if label.compartment})
    parts = [tlp.title, tier.name, f"owner {', '.join(owners)}"]
    parts += [f"compartment {', '.join(circles)}"] if circles else []
    if tlp is Tlp.AMBER:
        released = [label.releasable_to | {label.owner} for label in labels if label.tlp is Tlp.AMBER]
        common = frozenset.intersection(*released) - (set(owners) if len(owners) == 1 else set())
        parts += [f"releasable to {', '.join(sorted(common))}"] if common else []
    return " · ".join(parts)


def counted_beside(labels: Iterable[Label], given_to: str = ONLY_ME) -> Callable[[Label], bool]:
    """Whether records under a label may be counted beside what bears these labels, without being in it themselves.

    A number tells of what it counts. So those alone are counted that leave the marking of all the rest as it is in
    every part, and that may go to whom the rest goes; of others nothing is said, for that would be a number too.
    """
    rest = list(labels)
    marking = strictest_marking(rest)
    return lambda label: strictest_marking([*rest, label]) == marking and not why_not_to([label], given_to)


def why_not_to(labels: Iterable[Label], agency: str, *, is_health: bool = False) -> tuple[str, ...]:
    """Reasons why rows under these labels may not be given to an agency as such; none if they may.

    The owner decides (originator control): what a label does not release is the owner's to release, not the asker's.
    The tier is no reason: it goes with the file, and binds the persons of the agency.
    """
    if agency == ONLY_ME:
        return ()
    reasons = ["single overdoses are for holders of the health right, not for an agency"] if is_health else []
    reasons += [f"{label.title}: {reason}" for label in labels if (reason := _why_not(label, agency))]
    return tuple(reasons)


def _why_not(label: Label, agency: str) -> str:
    if label.compartment is not None:
        return "a compartment is a circle of named persons, not of agencies"
    match label.tlp:
        case Tlp.CLEAR | Tlp.GREEN:
            return ""
        case Tlp.AMBER:
            is_free = agency == label.owner or agency in label.releasable_to
            return "" if is_free else f"{label.owner} has not released it to {agency}"
        case Tlp.AMBER_STRICT:
            return "" if agency == label.owner else f"it stays within {label.owner}"
        case Tlp.RED:
            return "it is for named persons only"
