-- origin: where the newest of what a layer shows comes from, and when it was loaded.
-- in: runs (array of numbers). out: title of the source, latest moment of loading; one row per source.
SELECT s.title, max(r.finished_at) AS loaded_at
FROM watchfloor.run AS r
JOIN watchfloor.source AS s ON s.id = r.source_id
WHERE r.id = ANY (%(runs)s::integer[])
GROUP BY s.title
ORDER BY loaded_at DESC, s.title
