-- exported_positions: positions of one craft, as a file tells them.
-- in: since, until (moments), craft, known_at (null: now)
-- out: craft_id, kind, identifier, name, category, at (seconds), lon, lat, speed_kn, course_deg, heading_deg, flags,
--      label_id, run_id
SELECT f.craft_id, c.kind, c.identifier, c.name, c.category, extract(epoch FROM f.at)::bigint AS at, f.lon, f.lat,
       f.speed_kn, f.course_deg, f.heading_deg, f.flags, f.label_id, f.run_id
FROM watchfloor.fix AS f
JOIN watchfloor.craft AS c ON c.id = f.craft_id
WHERE f.craft_id = %(craft)s AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
  AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
