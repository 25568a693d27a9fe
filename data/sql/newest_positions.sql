-- newest_positions: where each craft was heard last within the newest minutes, one row each, the latest first.
-- in: seconds, since (a moment before all of them: days before it are not even planned for), at_most
-- out: craft, lon, lat, age (seconds), speed, course, heading, category, how many there are in all
-- The position is looked up by its key, in the part of its day alone; where it was taken back there is none.
SELECT n.craft_id, f.lon, f.lat, extract(epoch FROM clock_timestamp() - n.at)::real AS age_s, f.speed_kn, f.course_deg,
       f.heading_deg, c.category, count(*) OVER () AS total
FROM watchfloor.newest_fix AS n
CROSS JOIN LATERAL (
    SELECT f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg
    FROM watchfloor.fix AS f
    WHERE f.craft_id = n.craft_id AND f.at = n.at AND f.at > %(since)s::timestamptz
    OFFSET 0
) AS f
JOIN watchfloor.craft AS c ON c.id = n.craft_id
WHERE n.at > now() - make_interval(secs => %(seconds)s)
ORDER BY n.at DESC, n.craft_id
LIMIT %(at_most)s
