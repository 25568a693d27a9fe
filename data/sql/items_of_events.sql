-- items_of_events: what was taken at given events; as items_everywhere.
-- in: events (array of ids), substances (array, empty for any)
-- out: bytes of id (of the event) and kilograms, as columns_of reads
SELECT string_agg(uuid_send(i.event_id), '') AS id,
       string_agg(float8send(CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END), '') AS kilograms
FROM unnest(%(events)s::uuid[]) AS e (id)
CROSS JOIN LATERAL (
    SELECT i.event_id, i.unit, i.amount
    FROM watchfloor.seizure_item AS i
    WHERE i.event_id = e.id AND i.recorded_to = 'infinity'
      AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
    OFFSET 0
) AS i
