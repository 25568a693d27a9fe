-- routes_since: the last run that derived routes after a moment, as far as the reader may know of them.
-- in: known_at; out: run, when it was published (null if the run itself may not be seen)
SELECT v.version AS run, r.finished_at AS derived
FROM watchfloor.data_version AS v
LEFT JOIN watchfloor.run AS r ON r.id = v.version
WHERE v.layer = 'routes'
  AND v.version <> ALL ((SELECT watchfloor.runs_published(%(known_at)s))::integer[])
ORDER BY v.published DESC
LIMIT 1
