-- publish_fixes: staged positions of one file become the store's; a position is known by its craft and moment.
-- in: run, file, temporary table numbered_crafts
-- In the order of the store's key: of those that stand twice the first is taken, and the index grows at its end.
INSERT INTO watchfloor.fix
    (craft_id, at, lon, lat, cell_key, speed_kn, course_deg, heading_deg, altitude_m, flags, run_id, label_id)
SELECT n.craft_id, s.at AT TIME ZONE 'UTC', s.lon, s.lat, s.cell_key, s.speed_kn, s.course_deg, s.heading_deg,
       s.altitude_m, coalesce(s.flags, 0)::smallint, %(run)s, n.label_id
FROM pg_temp.stage_fixes AS s
JOIN pg_temp.numbered_crafts AS n ON n.number = s.number
WHERE s.file = %(file)s
ORDER BY n.craft_id, s.at, s.line
ON CONFLICT (craft_id, at) DO NOTHING
