-- roll_up_packed: put chunks that were packed in memory into the roll-up, in the order of its key.
-- in: temporary tables touched_chunks, whose chunks the roll-up no longer has, and packed_chunks
INSERT INTO watchfloor.event_rollup
    (kind, level, substance_id, year, region, label_id, entries, total, days, cells, n, kilograms)
SELECT t.kind, p.level, p.substance_id, t.year, t.region, t.label_id, p.entries, p.total, p.days, p.cells, p.n,
       p.kilograms
FROM pg_temp.packed_chunks AS p
JOIN pg_temp.touched_chunks AS t USING (chunk)
ORDER BY p.level, p.substance_id, t.year, t.region, t.label_id, t.kind
