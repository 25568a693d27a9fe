-- track_length: how many fixes a craft has in a time. in: craft, since, until, known_at (null: now)
SELECT count(*)
FROM watchfloor.fix AS f
WHERE f.craft_id = %(craft)s AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
  AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
