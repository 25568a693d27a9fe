-- craft_positions: how much of a craft's way each run brought in a period, the latest first.
-- moments come as such: the planner knows them, and leaves the tables of other days out
-- in: craft, since, until (moments), known_at (null: now); out: run_id, label_id, n, first, last, fastest (knots)
SELECT f.run_id, f.label_id, count(*) AS n, min(f.at) AS first, max(f.at) AS last, max(f.speed_kn) AS fastest
FROM watchfloor.fix AS f
WHERE f.craft_id = %(craft)s AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
  AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
GROUP BY f.run_id, f.label_id
ORDER BY last DESC, f.run_id
