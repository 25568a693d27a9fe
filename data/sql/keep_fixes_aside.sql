-- keep_fixes_aside: positions of one file that another run's stood in the way of, for the day when that is taken back.
-- in: run, file, temporary table met_fixes. To be run before keep_fixes_said: what an earlier file of the run said counts
WITH earlier AS MATERIALIZED (
    SELECT u.craft_id, u.at
    FROM watchfloor.run_said AS s
    CROSS JOIN LATERAL unnest(s.numbers, s.moments) AS u (craft_id, at)
    WHERE s.run_id = %(run)s
      AND s.frame = 'fixes'
      AND %(file)s > 0
)
INSERT INTO watchfloor.fix_aside
    (run_id, craft_id, at, lon, lat, cell_key, speed_kn, course_deg, heading_deg, altitude_m, flags, label_id)
SELECT %(run)s, m.craft_id, m.at, m.lon, m.lat, m.cell_key, m.speed_kn, m.course_deg, m.heading_deg, m.altitude_m,
       m.flags, m.label_id
FROM pg_temp.met_fixes AS m
WHERE m.nth = 1
  AND NOT m.is_same
  AND m.known_by <> %(run)s
  AND NOT EXISTS (SELECT 1 FROM earlier AS e WHERE e.craft_id = m.craft_id AND e.at = m.at)
ON CONFLICT (run_id, craft_id, at) DO NOTHING
