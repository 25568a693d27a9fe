-- live_run_told: a run that stays open tells what one more batch of it did.
-- in: run, source, read, loaded, unchanged, quarantined, notes
UPDATE watchfloor.run AS r
SET status = 'published',
    source_id = %(source)s,
    finished_at = clock_timestamp(),
    "read" = r."read" + %(read)s,
    loaded = r.loaded + %(loaded)s,
    unchanged = r.unchanged + %(unchanged)s,
    quarantined = r.quarantined + %(quarantined)s,
    notes = r.notes || %(notes)s::jsonb
WHERE r.id = %(run)s
