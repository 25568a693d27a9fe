-- origin_since: one of some runs that was not published by a moment.
-- in: runs (array of numbers), known_at; out: run
SELECT v.run
FROM unnest(%(runs)s::integer[]) AS v (run)
WHERE v.run <> ALL ((SELECT watchfloor.runs_published(%(known_at)s))::integer[])
ORDER BY v.run DESC
LIMIT 1
