-- said_by_crafts: what some craft said who they are, when they were heard to say it, and in which runs.
-- in: crafts (integer array), known_at (null: now; else of runs that were published by then)
-- out: craft_id, aspect, value, is_exact, since, until (null: not told), runs, label_id
SELECT i.craft_id, i.aspect, i.value, i.identity IS NOT NULL AS is_exact, min(i.heard_from) AS since,
       max(i.heard_to) AS until, array_agg(DISTINCT i.run_id) AS runs, i.label_id
FROM watchfloor.craft_identity AS i
WHERE i.craft_id = ANY (%(crafts)s::integer[])
  AND (%(known_at)s::timestamptz IS NULL OR i.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
GROUP BY i.craft_id, i.aspect, i.value, i.identity IS NOT NULL, i.label_id
ORDER BY i.craft_id, i.aspect, since, i.value
