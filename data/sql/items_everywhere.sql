-- items_everywhere: what was taken, of the whole world. A version of an event and those of its items begin and end
-- together, so that those known at a moment belong to each other.
-- in: substances (array, empty for any); out: bytes of id (of the event) and kilograms, as columns_of reads
SELECT string_agg(uuid_send(i.event_id), '') AS id,
       string_agg(float8send(CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END), '') AS kilograms
FROM watchfloor.seizure_item AS i
WHERE i.recorded_to = 'infinity'
  AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
