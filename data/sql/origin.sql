-- origin: where the newest of what a layer shows comes from, and when it was loaded.
-- in: runs (array of numbers), known_at (null: now). out: title of the source, latest moment of loading; one row per source.
SELECT s.title, max(r.finished_at) AS loaded_at
FROM watchfloor.run AS r
JOIN watchfloor.source AS s ON s.id = r.source_id
WHERE r.id = ANY (%(runs)s::integer[]) AND r.finished_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
GROUP BY s.title
ORDER BY loaded_at DESC, s.title
