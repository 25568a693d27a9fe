-- runs: what runs read and what became of it, newest first, as far as the reader may see them.
-- in: run (null: all), most
-- out: id, format, source, owner and label, status, started_by, started_at, finished_at, error, the five counts, notes,
--      options, undone_by, is_kept, kept mapping with its version (null: none, or one that the reader may not see)
SELECT r.id, r.format, s.title, a.code || '/' || l.id, r.status, r.started_by, r.started_at, r.finished_at, r.error,
       r."read", r.loaded, r.unchanged, r.superseded, r.quarantined, r.notes, r.options, r.undone_by, r.is_kept,
       m.name || ' version ' || m.version
FROM watchfloor.run AS r
JOIN watchfloor.label AS l ON l.id = r.label_id
JOIN watchfloor.agency AS a ON a.id = l.owner_id
LEFT JOIN watchfloor.source AS s ON s.id = r.source_id
LEFT JOIN watchfloor.mapping AS m ON m.id = r.mapping_id
WHERE %(run)s::integer IS NULL OR r.id = %(run)s
ORDER BY r.id DESC
LIMIT %(most)s
