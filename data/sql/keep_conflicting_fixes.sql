-- keep_conflicting_fixes: a craft is at one place at a time: another position for a moment goes into the quarantine.
-- in: run, label, name, temporary table numbered_fixes
-- The store's own position is the first; where it has none, the first of the file.
WITH conflicting AS (
    SELECT n.line, n.identifier, n.at
    FROM pg_temp.numbered_fixes AS n
    JOIN watchfloor.fix AS f ON f.craft_id = n.craft_id AND f.at = n.at
    WHERE (n.lon, n.lat, n.speed_kn, n.course_deg, n.heading_deg, n.altitude_m)
          IS DISTINCT FROM (f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.altitude_m)
    UNION ALL
    SELECT n.line, n.identifier, n.at
    FROM pg_temp.numbered_fixes AS n
    JOIN pg_temp.numbered_fixes AS f ON f.craft_id = n.craft_id AND f.at = n.at AND f.nth = 1
    WHERE n.nth > 1
      AND (n.lon, n.lat, n.speed_kn, n.course_deg, n.heading_deg, n.altitude_m)
          IS DISTINCT FROM (f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.altitude_m)
      AND NOT EXISTS (SELECT 1 FROM watchfloor.fix AS k WHERE k.craft_id = n.craft_id AND k.at = n.at)
)
INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
SELECT %(run)s, %(name)s, coalesce(c.line, 0), 'at', left(concat_ws(' ', c.identifier, c.at), 500),
       'the same craft and moment are known with different values; the first was kept', %(label)s
FROM conflicting AS c
