-- overdose_atoms: suppressed counts of the releases that stood at a moment. A release that was withdrawn since is not
-- told of again, as of whatever moment: it was withdrawn for a reason.
-- in: known_at (null: now); out: cell, first_month, n_months, known, value, n
SELECT a.cell, a.first_month, a.n_months, a.known, a.value, a.n
FROM watchfloor.overdose_atom AS a
WHERE %(known_at)s::timestamptz IS NULL
   OR a.release_id IN (SELECT r.id FROM watchfloor.overdose_release AS r WHERE r.released_at <= %(known_at)s)
