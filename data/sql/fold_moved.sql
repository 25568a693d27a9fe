-- fold_moved: labels of positions, and of seizures with a way, that small runs of one format told and nobody folded yet.
-- in: format; out: label
WITH steps AS (
    SELECT r.id, (r.options ->> 'from')::timestamptz AS since
    FROM watchfloor.run AS r
    WHERE r.format = %(format)s AND r.status = 'published' AND NOT r.options ? 'steps'
)
SELECT f.label_id
FROM watchfloor.fix AS f
WHERE f.run_id IN (SELECT s.id FROM steps AS s)
  AND f.at >= (SELECT min(s.since) FROM steps AS s)
UNION
SELECT e.label_id
FROM watchfloor.event AS e
WHERE e.run_id IN (SELECT s.id FROM steps AS s)
  AND e.attributes ? 'route'
ORDER BY 1
