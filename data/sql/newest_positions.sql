-- newest_positions: where each craft was heard last within the newest minutes, one row each, the latest first.
-- in: minutes, at_most
-- out: craft, lon, lat, at, speed, course, heading, category, how old (seconds)
-- The fix is looked up by its key, in the part of its day alone; where it was taken back there is none.
SELECT n.craft_id, f.lon, f.lat, f.at, f.speed_kn, f.course_deg, f.heading_deg, c.category,
       extract(epoch FROM clock_timestamp() - f.at)::real AS age_s
FROM watchfloor.newest_fix AS n
CROSS JOIN LATERAL (
    SELECT f.lon, f.lat, f.at, f.speed_kn, f.course_deg, f.heading_deg
    FROM watchfloor.fix AS f
    WHERE f.craft_id = n.craft_id AND f.at = n.at
    OFFSET 0
) AS f
JOIN watchfloor.craft AS c ON c.id = n.craft_id
WHERE n.at > now() - make_interval(mins => %(minutes)s)
ORDER BY n.at DESC
LIMIT %(at_most)s
