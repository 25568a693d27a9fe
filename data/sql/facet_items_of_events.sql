-- facet_items_of_events: what was taken at given events, substance by substance; as facet_items_everywhere.
-- in: events (array of ids); out: bytes of id (of the event), substance and kilograms, as columns_of reads
SELECT string_agg(uuid_send(i.event_id), '') AS id, string_agg(int2send(i.substance_id), '') AS substance,
       string_agg(float8send(CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END), '') AS kilograms
FROM unnest(%(events)s::uuid[]) AS e (id)
CROSS JOIN LATERAL (
    SELECT i.event_id, i.substance_id, i.unit, i.amount
    FROM watchfloor.seizure_item AS i
    WHERE i.event_id = e.id AND i.recorded_to = 'infinity'
    OFFSET 0
) AS i
