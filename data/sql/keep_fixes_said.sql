-- keep_fixes_said: positions of one file that the store had, just so, from another run.
-- in: run, label, file, rows (of one part), temporary table numbered_fixes
INSERT INTO watchfloor.run_said (run_id, frame, part, label_id, numbers, moments)
SELECT %(run)s, 'fixes', %(file)s * 100000 + s.part, %(label)s, array_agg(s.craft_id), array_agg(s.at)
FROM (SELECT f.craft_id, f.at, row_number() OVER () / %(rows)s AS part
      FROM pg_temp.numbered_fixes AS n
      JOIN watchfloor.fix AS f ON f.craft_id = n.craft_id AND f.at = n.at
      WHERE n.nth = 1
        AND f.run_id <> %(run)s
        AND (n.lon, n.lat, n.speed_kn, n.course_deg, n.heading_deg, n.altitude_m)
            IS NOT DISTINCT FROM (f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.altitude_m)) AS s
GROUP BY s.part
