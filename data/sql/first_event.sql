-- first_event: when the first event of a kind began that the reader may see.
-- in: kind; out: starts
SELECT e.starts
FROM watchfloor.event AS e
WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
ORDER BY e.starts
LIMIT 1
