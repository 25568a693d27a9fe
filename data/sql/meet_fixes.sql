-- meet_fixes: staged positions of one file that were not taken, beside what the store has for their craft and moment.
-- known_by: the run that the store's own came by; nth counts those of one craft and moment.
-- in: run, file, first, last (moments of the staged ones), temporary table numbered_crafts; out: temporary table met_fixes
CREATE TEMPORARY TABLE met_fixes ON COMMIT DROP AS
SELECT m.craft_id, m.at, m.line, m.identifier, m.known_by, m.is_same, m.label_id, m.lon, m.lat, m.cell_key, m.speed_kn,
       m.course_deg, m.heading_deg, m.altitude_m, m.flags,
       row_number() OVER (PARTITION BY m.craft_id, m.at ORDER BY m.line) AS nth
FROM (SELECT f.craft_id, f.at, s.line, n.identifier, f.run_id AS known_by, n.label_id, s.lon, s.lat, s.cell_key,
             s.speed_kn, s.course_deg, s.heading_deg, s.altitude_m, coalesce(s.flags, 0)::smallint AS flags,
             (s.lon, s.lat, s.speed_kn, s.course_deg, s.heading_deg, s.altitude_m)
                 IS NOT DISTINCT FROM (f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.altitude_m) AS is_same
      FROM pg_temp.stage_fixes AS s
      JOIN pg_temp.numbered_crafts AS n ON n.number = s.number
      JOIN watchfloor.fix AS f ON f.craft_id = n.craft_id AND f.at = s.at AT TIME ZONE 'UTC'
      WHERE s.file = %(file)s
        AND f.at >= %(first)s::timestamptz
        AND f.at <= %(last)s::timestamptz) AS m
WHERE %(is_met)s
  AND (m.known_by <> %(run)s OR NOT m.is_same)
