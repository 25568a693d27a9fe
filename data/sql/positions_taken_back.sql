-- positions_taken_back: a run whose positions were known at a moment and were taken back since, as far as the reader
-- may see the run. in: known_at; out: run, when it was taken back
SELECT r.id AS run, u.finished_at AS taken_back
FROM watchfloor.run AS r
JOIN watchfloor.run AS u ON u.id = r.undone_by
WHERE r.status = 'undone' AND r.finished_at <= %(known_at)s AND u.finished_at > %(known_at)s
  AND (u.notes ->> 'positions')::bigint > 0
ORDER BY r.id DESC
LIMIT 1
