"""STIX 2.1 bundles: locations and actors become entities, sightings and observations events, relationships links.

Each object bears the stricter of its own TLP and the run's label; one with a marking that is not known, or that is not
as the standard has it, is kept aside with its place in the bundle. Objects without a counterpart here are passed over.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import REJECTS, SHAPES, Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.data.ingest.stix_marks import statements, strictest
from watchfloor.data.ingest.stix_objects import (
    ENTITIES,
    EVENTS,
    READ,
    SECOND,
    BadProperty,
    Placed,
    attributes_of,
    checked_identity,
    identifiers_of,
    moment,
    name_of,
    place_of,
    reference,
    references,
    span,
    text,
)
from watchfloor.geo.errors import BadFile, BadInput
from watchfloor.geo.scope import Tlp

MOST_BYTES = 32 << 20
# each takes a hundred bytes and more, however short it is written
MOST_PARTS = 2_000_000
MOST_NOTES = 60
_PLACED = ("lon", "lat", "uncertainty_m", "place_precision")
_COLUMNS = {
    "entities": ("key", "pole", "kind", "name", *_PLACED, "attributes", "label", "line"),
    "events": (
        "key",
        "kind",
        "title",
        "starts",
        "ends",
        "time_precision",
        *_PLACED,
        "place_name",
        "attributes",
        "label",
        "line",
    ),
    "identifiers": ("entity_key", "scheme", "value", "label"),
    "links": ("key", "from_key", "to_key", "kind", "starts", "ends", "label", "line"),
    "withdrawals": ("frame", "key", "version", "line"),
}


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """One batch: a bundle refers to itself, and is read as a whole."""
    labels = options.labels
    assert labels is not None
    yield _Bundle(_objects(opened), labels).batch()


def _objects(opened: Opened) -> list[Any]:
    with opened.plain() as plain:
        content = plain.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadFile(f"{opened.name}: is larger than {MOST_BYTES:,} bytes; part the bundle")
    if content.count(b"[") + content.count(b"{") > MOST_PARTS:
        raise BadFile(f"{opened.name}: has more than {MOST_PARTS:,} objects and lists; part the bundle")
    try:
        bundle = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadFile(
            f"{opened.name}: is not JSON: {str(error)[:200] or 'nested too deep'}; nothing was loaded"
        ) from error
    if not isinstance(bundle, dict) or bundle.get("type") != "bundle" or not isinstance(bundle.get("objects"), list):
        raise BadFile(f"{opened.name}: is not a STIX bundle: it has no type `bundle` with a list of objects")
    return list(bundle["objects"])


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


@dataclass(slots=True)
class _Bundle:
    """The objects of a bundle on their way into frames."""

    objects: list[Any]
    labels: RowLabels
    newest: dict[str, tuple[Any, int]] = field(default_factory=dict)
    marks: dict[str, Tlp] = field(default_factory=dict)
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    rejects: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def batch(self) -> Batch:
        """Everything that the bundle holds."""
        stated = statements(self.objects)
        for line, found in enumerate(self.objects, 1):
            self._guarded(line, found, lambda found=found, line=line: self._look(found, line, stated))
        for found, line in list(self.newest.values()):
            self._guarded(line, found, lambda found=found, line=line: self._take(found, line))
        frames = {
            name: pl.DataFrame(rows, schema={c: SHAPES[name][c] for c in _COLUMNS[name]}, orient="row")
            for name, rows in self.rows.items()
        }
        read = sum(frame.height for name, frame in frames.items() if name != "identifiers") + len(self.rejects)
        return Batch(read, frames, pl.DataFrame(self.rejects, schema=REJECTS, orient="row"), self.notes)

    def _guarded(self, line: int, found: Any, step: Any) -> None:
        path = f"objects[{line - 1}]"
        try:
            step()
        except BadProperty as error:
            shown = "" if error.value is None else (text(json.dumps(error.value)) or "")[:200]
            self.rejects.append((line, f"{path}.{error.name}", shown, str(error)))
        except BadInput as error:
            identity = text(found.get("id")) if isinstance(found, dict) else None
            self.rejects.append((line, path, (identity or "")[:200], str(error)))

    def _look(self, found: Any, line: int, stated: frozenset[str]) -> None:
        """Know the newest version of each object, and how it is marked."""
        if not isinstance(found, dict):
            raise BadInput("is no object")
        kind = found.get("type")
        if not isinstance(kind, str) or kind not in READ:
            # names of types come from the file: notes shall stay few
            shown = (text(kind) or "without type")[:40] if len(self.notes) < MOST_NOTES else "of other types"
            self.notes[f"object {shown}, which has no counterpart here"] += 1
            return
        identity = checked_identity(found)
        tlp = strictest(found, stated)
        self.notes["object without a TLP marking: it has the run's label"] += tlp is None
        before = self.newest.get(identity)
        if before is None or self._supersedes(found, before[0]):
            self.newest[identity] = (found, line)
        self.marks[identity] = max(self.marks.get(identity, Tlp.CLEAR), tlp or Tlp.CLEAR)

    def _supersedes(self, found: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Whether an object is a newer version of the one that stood before under its id."""
        this, that = moment(found, "modified"), moment(before, "modified")
        assert this is not None
        assert that is not None
        if this == that and found != before:
            raise BadProperty("modified", found.get("modified"), "is that of another content under the same id")
        self.notes["object that stands there twice" if this == that else "older version in the same bundle"] += 1
        return this > that

    def _take(self, found: Mapping[str, Any], line: int) -> None:
        kind = found["type"]
        if found.get("revoked") is True:
            self._withdraw(found, line)
        elif kind in ENTITIES:
            self._entity(found, line)
        elif kind in EVENTS:
            self._event(found, line)
        else:
            self._relationship(found, line)

    def _withdraw(self, found: Mapping[str, Any], line: int) -> None:
        """What its creator revoked ends, with what was made of it."""
        key, kind = found["id"], found["type"]
        frame = "entities" if kind in ENTITIES else "events" if kind in EVENTS else "links"
        version = moment(found, "modified")
        self.rows["withdrawals"].append((frame, key, version, line))
        self.notes["revoked object, withdrawn"] += 1
        if kind in EVENTS:
            self.rows["withdrawals"] += [
                ("links", f"{key}/{how}/{other}", version, line) for how, other in _sighted(found)
            ]

    def _label(self, *identities: str) -> int | None:
        """The label of what is said of these objects: no wider than that of any of them."""
        return self.labels.for_tlp(max(self.marks.get(identity, Tlp.CLEAR) for identity in identities))

    def _entity(self, found: Mapping[str, Any], line: int) -> None:
        pole, kind = ENTITIES[found["type"]]
        if found["type"] == "identity" and found.get("identity_class") == "individual":
            kind = "person"
        name = name_of(found)
        if not name and found["type"] != "location":
            raise BadProperty("name", found.get("name"), "is missing")
        place = place_of(found) if found["type"] == "location" else Placed()
        key = found["id"]
        row = (key, pole, kind, name or "Location", *_columns(place), attributes_of(found), self._label(key), line)
        self.rows["entities"].append(row)
        self.rows["identifiers"] += [(key, *said, self._label(key)) for said in identifiers_of(found)]

    def _event(self, found: Mapping[str, Any], line: int) -> None:
        is_sighting = found["type"] == "sighting"
        first, last = ("first_seen", "last_seen") if is_sighting else ("first_observed", "last_observed")
        starts, ends = span(found, first, last)
        starts = starts or (moment(found, "created") if is_sighting else None)
        if starts is None:
            raise BadProperty(first, None, "is missing")
        key, seen, place, place_name = found["id"], "", Placed(), None
        others = references(found, "where_sighted_refs")
        if is_sighting:
            seen = reference(found, "sighting_of_ref")
            others = [seen, *others]
        for other in others:
            what = self.newest.get(other, ({}, 0))[0]
            if what.get("type") == "location" and other != seen and place.lon is None:
                place, place_name = place_of(what), name_of(what) or None
        named = name_of(self.newest.get(seen, ({}, 0))[0]) or seen.partition("--")[0]
        title = f"Sighting of {named}"[:300] if is_sighting else "Observation"
        label = self._label(key, *others)
        row = (
            key,
            EVENTS[found["type"]],
            title,
            starts,
            ends,
            SECOND,
            *_columns(place),
            place_name,
            attributes_of(found),
        )
        self.rows["events"].append((*row, label, line))
        for kind, other in _sighted(found):
            self.rows["links"].append((f"{key}/{kind}/{other}", key, other, kind, starts, ends, label, line))

    def _relationship(self, found: Mapping[str, Any], line: int) -> None:
        kind = found.get("relationship_type")
        if not isinstance(kind, str) or not 0 < len(kind) <= 100 or not kind.replace("-", "").isalnum():
            raise BadProperty("relationship_type", kind, "is no kind of relationship")
        ends = [reference(found, name) for name in ("source_ref", "target_ref")]
        strange = [end for end in ends if end.partition("--")[0] not in {*ENTITIES, *EVENTS}]
        if strange:
            self.notes["relationship of an object that has no counterpart here"] += 1
            return
        self.notes["end of a relationship that is not in this bundle"] += sum(end not in self.newest for end in ends)
        starts, until = span(found, "start_time", "stop_time")
        key = found["id"]
        link = (key, *ends, kind.replace("-", "_"), starts, until, self._label(key, *ends), line)
        self.rows["links"].append(link)


def _sighted(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How a sighting or observation leads to which entities."""
    others = references(found, "where_sighted_refs")
    seen = reference(found, "sighting_of_ref") if found["type"] == "sighting" else ""
    named = [seen, *others] if seen else others
    return [
        ("sighting_of" if other == seen else "sighted_at", other)
        for other in named
        if other.partition("--")[0] in ENTITIES
    ]


def _columns(place: Placed) -> tuple[object, ...]:
    return place.lon, place.lat, place.uncertainty_m, place.precision


FORMAT = Format(
    name="stix",
    title="STIX 2.1 bundle: locations, actors, sightings, relationships",
    source=SourceInfo(code="stix", title="STIX 2.1 bundle", publisher="As the bundle says", licence=""),
    is_public=False,
    read=read,
    version_by="modified",
)
