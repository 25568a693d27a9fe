-- number_fixes: staged positions of one file with their craft; nth counts those of one craft and moment.
-- in: label, file; out: temporary table numbered_fixes, in the order of the store's key
CREATE TEMPORARY TABLE numbered_fixes ON COMMIT DROP AS
SELECT c.id AS craft_id, s.at AT TIME ZONE 'UTC' AS at, s.lon, s.lat, s.cell_key, s.speed_kn, s.course_deg,
       s.heading_deg, s.altitude_m, coalesce(s.flags, 0)::smallint AS flags, c.label_id, s.line, s.identifier,
       row_number() OVER (PARTITION BY c.id, s.at ORDER BY s.line) AS nth
FROM pg_temp.stage_fixes AS s
JOIN watchfloor.craft AS c
  ON c.kind = s.craft_kind AND c.identifier = s.identifier AND c.label_id = coalesce(s.label, %(label)s)
WHERE s.file = %(file)s
