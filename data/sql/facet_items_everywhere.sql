-- facet_items_everywhere: what was taken, substance by substance, of the whole world; as items_everywhere.
-- in: nothing; out: bytes of id (of the event), substance and kilograms, as columns_of reads
SELECT string_agg(uuid_send(i.event_id), '') AS id, string_agg(int2send(i.substance_id), '') AS substance,
       string_agg(float8send(CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END), '') AS kilograms
FROM watchfloor.seizure_item AS i
WHERE i.recorded_to = 'infinity'
