-- roll_up_emptied: take the touched chunks out of the roll-up, before they are packed anew.
-- in: temporary table touched_chunks
-- By the whole key: a roll-up that was just filled has no statistics yet, and by a part of it would be read through
-- once for every chunk.
DELETE FROM watchfloor.event_rollup AS r
USING pg_temp.touched_chunks AS t, (VALUES (3), (7)) AS v (level),
      (SELECT 0 AS id UNION ALL SELECT s.id FROM watchfloor.substance AS s) AS s
WHERE r.kind = t.kind AND r.level = v.level AND r.substance_id = s.id AND r.year = t.year AND r.region = t.region
  AND r.label_id = t.label_id
