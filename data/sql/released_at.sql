-- released_at: when the newest of the suppressed overdose counts that a reader sees were released; null if none were.
-- in: known_at (null: now); out: moment
SELECT max(r.released_at) AS released_at
FROM watchfloor.overdose_release AS r
WHERE r.released_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
