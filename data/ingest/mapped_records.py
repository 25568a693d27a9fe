"""Frames of each target from the rows of a mapped table."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.feature_shapes import OUTLINE
from watchfloor.data.ingest.format import Check, sift, without_values
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapped_columns import (
    FILE,
    attributes,
    placed,
    refuse_swapped,
    text_of,
    written,
)
from watchfloor.data.ingest.mapped_entities import described
from watchfloor.data.ingest.mapped_fixes import fix_frames, timed
from watchfloor.data.ingest.mapped_json import json_arrays
from watchfloor.data.ingest.mapped_reported import (
    dimensions_of_reported,
    measure_of_reported,
    melted,
    place_of_reported,
    reported_checks,
    span_of_reported,
)
from watchfloor.data.ingest.mapped_rows import passed_over
from watchfloor.data.ingest.mapped_substances import amounts, flagged, long_items, named, wide_items
from watchfloor.data.ingest.mapped_times import moments, time_checks, time_notes
from watchfloor.data.ingest.mapping import Mapping

PLACED = ("lon", "lat", "uncertainty_m", "place_precision")
# targets whose records are known by a key, and the frame that they come in
WITHDRAWN_FROM = {"seizures": "events", "events": "events", "overdoses": "overdoses", "entities": "entities"}


@dataclass(slots=True)
class Reader:
    """Turns rows into batches as a mapping says; remembers which keys were seen, if keys repeat."""

    mapping: Mapping
    name: str = ""
    seen: Counter[str] = field(default_factory=Counter)

    def batch(self, rows: Rows) -> Batch:
        """One batch of the mapping's target."""
        makers: dict[str, Callable[[Rows], Batch]] = {
            "seizures": self._seizures,
            "events": self._events,
            "overdoses": self._overdoses,
            "reported": self._reported,
            "places": self._places,
            "fixes": self._fixes,
            "entities": self._entities,
        }
        own = {column: FILE + column for column in rows.frame.columns if column != "line"}
        frame, passed = passed_over(rows.frame.rename(own), self.mapping.table, list(self.mapping.columns()))
        frame, gone = self._parted(frame)
        made = self._withdrawing(makers[self.mapping.target](Rows(frame, rows.rejects)), gone)
        notes = Counter(made.notes) + Counter(rows.notes) + passed
        rejects = made.rejects.with_columns(pl.col("column").str.strip_prefix(FILE))
        return replace(made, rejects=rejects, notes=notes)

    def _parted(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows that are records, and rows that say that the source withdrew one."""
        withdrawn = self.mapping.record.withdrawn if self.mapping.record else None
        if withdrawn is None:
            return frame, frame.clear()
        words = [word.strip().lower() for word in withdrawn.words]
        says_so = written(withdrawn.column).str.strip_chars().str.to_lowercase().is_in(words).fill_null(False)
        return frame.filter(~says_so), frame.filter(says_so)

    def _withdrawing(self, made: Batch, gone: pl.DataFrame) -> Batch:
        """The batch with what its rows withdraw; a row without a key withdraws nothing and is kept aside."""
        if not gone.height:
            return made
        record = self.mapping.record
        assert record is not None
        good, rejects = sift(gone, self._key_checks())
        frame = WITHDRAWN_FROM[self.mapping.target]
        frames = {**made.frames, "withdrawals": good.select(pl.lit(frame).alias("frame"), self._keys(good), "line")}
        rejects = without_values(rejects) if frame == "overdoses" else rejects
        return replace(made, read=made.read + gone.height, frames=frames, rejects=pl.concat([made.rejects, rejects]))

    def _seizures(self, rows: Rows) -> Batch:
        frame, checks, notes = self._fact(rows.frame)
        whole, more = amounts(frame, self.mapping.quantity, self.mapping.table.marks)
        good, rejects = sift(whole, [*checks, *more, *self._wide_checks(whole)])
        good = good.with_columns(pl.col("substances").list.len().alias("n_substances"))
        events = self._described(good, "seizure", "Seizure")
        items = pl.concat([long_items(good), *wide_items(good, self.mapping)[0]]).rename({"key": "event_key"})
        return Batch(rows.read, {"events": events, "seizure_items": items}, pl.concat([rows.rejects, rejects]), notes)

    def _events(self, rows: Rows) -> Batch:
        record = self.mapping.record
        assert record is not None
        assert record.kind is not None
        frame, checks, notes = self._fact(rows.frame)
        good, rejects = sift(frame, checks)
        events = self._described(good, record.kind, record.kind.replace("_", " ").capitalize())
        return Batch(rows.read, {"events": events}, pl.concat([rows.rejects, rejects]), notes)

    def _described(self, good: pl.DataFrame, kind: str, untitled: str) -> pl.DataFrame:
        """Events of one kind, with the title that the mapping gives or the usual one."""
        record = self.mapping.record
        title = text_of(record.title) if record and record.title else pl.lit(None, pl.String)
        return good.select(
            "key",
            pl.lit(kind).alias("kind"),
            pl.coalesce(title, pl.lit(untitled)).alias("title"),
            *("starts", "ends", "time_precision", *PLACED, "place_name"),
            attributes(good, record),
            "line",
        )

    def _overdoses(self, rows: Rows) -> Batch:
        frame, checks, notes = self._fact(rows.frame)
        good, rejects = sift(frame, checks)
        good = flagged(good, self.mapping)
        assert self.mapping.record is not None
        overdoses = good.select(
            "key",
            pl.col("starts").dt.date().alias("day"),
            "time_precision",
            pl.lit(self.mapping.record.is_fatal).alias("is_fatal"),
            *(*PLACED, "place_name", "substances"),
            attributes(good, self.mapping.record),
            "line",
        )
        return Batch(rows.read, {"overdoses": overdoses}, without_values(pl.concat([rows.rejects, rejects])), notes)

    def _reported(self, rows: Rows) -> Batch:
        value, time = self.mapping.value, self.mapping.time
        assert value is not None
        assert time is not None
        long, blank = melted(rows.frame, self.mapping)
        timed = long.with_columns(
            moments(time, time.columns).dt.date().alias("starts"),
            measure_of_reported(value, is_wide=bool(self.mapping.wide)),
            pl.col("number").alias("value"),
            place_of_reported(value),
        )
        whole, checks = named(timed, self.mapping.substances)
        whole, more = amounts(whole, self.mapping.quantity, self.mapping.table.marks)
        good, rejects = sift(
            whole, [*time_checks(time, "starts"), *reported_checks(value, self.mapping), *checks, *more]
        )
        reported = good.select(
            "measure",
            pl.lit(value.place_kind, pl.String).alias("place_kind"),
            "place_code",
            pl.col("substances").list.first().alias("substance_id"),
            dimensions_of_reported(good, value),
            *span_of_reported(value),
            "value",
            "amount",
            "line",
        )
        read = long.height + rows.rejects.height
        notes = time_notes(whole, time, "starts") + Counter({"blank value": blank})
        return Batch(read, {"reported": reported}, pl.concat([rows.rejects, rejects]), notes)

    def _places(self, rows: Rows) -> Batch:
        named_place = self.mapping.named_place
        assert named_place is not None
        frame, checks, notes = self._placed(rows.frame)
        country = text_of(named_place.country) if named_place.country else pl.lit(None, pl.String)
        whole = frame.with_columns(
            text_of(named_place.code).alias("code_"),
            text_of(named_place.name).alias("name_"),
            country.alias("country_"),
        )
        blanks = [
            Check("code", pl.col("code_").is_null(), "has no code: a column that it is made of is blank"),
            Check("name", pl.col("name_").is_null(), "has no name"),
        ]
        good, rejects = sift(whole, [*blanks, *checks])
        outline = written(OUTLINE) if FILE + OUTLINE in good.columns else pl.lit(None, pl.Binary)
        places = good.select(
            pl.lit(named_place.kind).alias("kind"),
            pl.col("code_").alias("code"),
            pl.col("name_").alias("name"),
            pl.col("country_").alias("country"),
            *("lon", "lat", "uncertainty_m"),
            attributes(good, self.mapping.record),
            outline.alias("geom_wkb"),
            "line",
        )
        return Batch(rows.read, {"places": places}, pl.concat([rows.rejects, rejects]), notes)

    def _fixes(self, rows: Rows) -> Batch:
        frame, checks, notes = self._placed(rows.frame)
        whole, more, noted = timed(frame, self.mapping, checks)
        good, rejects = sift(whole, more)
        return Batch(rows.read, fix_frames(good, self.mapping), pl.concat([rows.rejects, rejects]), notes + noted)

    def _fact(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Check], Counter[str]]:
        """The frame with key, starts, ends, place and substances of a single event."""
        record, time, place = self.mapping.record, self.mapping.time, self.mapping.place
        assert record is not None
        assert time is not None
        until = moments(time, time.until_columns) if time.until_columns else pl.lit(None, pl.Datetime("us", "UTC"))
        keyed = frame.with_columns(
            self._keys(frame),
            moments(time, time.columns).alias("starts"),
            until.alias("ends"),
            pl.lit(int(time.code), pl.Int16).alias("time_precision"),
            (written(place.name) if place and place.name else pl.lit(None, pl.String)).alias("place_name"),
        )
        whole, place_checks, notes = self._placed(keyed)
        whole, substance_checks = named(whole, self.mapping.substances)
        checks = [
            *self._key_checks(),
            *time_checks(time, "starts"),
        ]
        if time.until_columns:
            early = (pl.col("ends") < pl.col("starts")).fill_null(False)
            checks.append(Check(FILE + time.until_columns[0], early, "is before the beginning"))
        return whole, [*checks, *place_checks, *substance_checks], notes + time_notes(whole, time, "starts")

    def _placed(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Check], Counter[str]]:
        place = self.mapping.place
        whole, checks, notes = placed(frame, place, self.mapping.table.marks)
        if place is not None:
            refuse_swapped(whole, place.within, self.name)
        return whole, checks, notes

    def _entities(self, rows: Rows) -> Batch:
        frame, checks, notes = self._placed(rows.frame.with_columns(self._keys(rows.frame)))
        told = described(frame, self.mapping)
        good, rejects = sift(told.frame, [*self._key_checks(), *told.checks, *checks])
        frames, as_text = told.frames(good, self.mapping)
        return Batch(rows.read, frames, pl.concat([rows.rejects, rejects]), notes + told.notes + as_text)

    def _key_checks(self) -> list[Check]:
        """No part of a key is blank; of a thing, which may lack one of its numbers, not all are."""
        record = self.mapping.record
        assert record is not None
        blank = {key: written(key).is_null() for key in record.key}
        if self.mapping.target == "entities":
            every = "is blank, and so is all of record.key"
            return [Check(FILE + record.key[0], pl.all_horizontal(blank.values()), every)]
        return [Check(FILE + key, is_blank, "is blank and belongs to record.key") for key, is_blank in blank.items()]

    def _keys(self, frame: pl.DataFrame) -> pl.Series:
        record = self.mapping.record
        assert record is not None
        # a column may make up a key twice
        texts = json_arrays(frame.select(written(column).alias(f"{at}") for at, column in enumerate(record.key)))
        if self.mapping.target == "entities":
            # an event of the same source may have the same number
            texts = "entity:" + texts
        if self.mapping.target != "overdoses" and not record.key_repeats:
            return texts.alias("key")
        keys = texts.to_list()
        if self.mapping.target == "overdoses":
            # a key may be shown where a record of health may not
            keys = [hashlib.sha256(key.encode()).hexdigest()[:32] for key in keys]
        if record.key_repeats:
            for at, key in enumerate(keys):
                keys[at] = f"{key}#{self.seen[key]}"
                self.seen[key] += 1
        return pl.Series("key", keys, dtype=pl.String)

    def _wide_checks(self, frame: pl.DataFrame) -> list[Check]:
        return wide_items(frame, self.mapping)[1]
