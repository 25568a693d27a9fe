-- fold_runs_found: small runs of one format that nothing else names, oldest first: they can become one.
-- in: format; out: run, the moment of the world from which it tells
SELECT r.id, r.options ->> 'from'
FROM watchfloor.run AS r
WHERE r.format = %(format)s
  AND r.status = 'published'
  AND NOT r.options ? 'steps'
  AND NOT EXISTS (SELECT FROM watchfloor.run_said AS s WHERE s.run_id = r.id)
  AND NOT EXISTS (SELECT FROM watchfloor.quarantine AS q WHERE q.run_id = r.id)
ORDER BY r.id
FOR UPDATE OF r
