-- undo_fixes_said: what standing runs said of positions that a run gave: just so, or otherwise and so kept aside.
-- in: run, first, last (moments of its positions, by which other days are left out); out: temporary table
-- undo_fixes_said; is_same: just so. What a run kept aside it said first
CREATE TEMPORARY TABLE undo_fixes_said ON COMMIT DROP AS
WITH aside AS (
    SELECT a.craft_id, a.at, a.run_id, a.lon, a.lat, a.cell_key, a.speed_kn, a.course_deg, a.heading_deg, a.altitude_m,
           a.flags, false AS is_same
    FROM watchfloor.fix_aside AS a
    JOIN watchfloor.fix AS f ON f.craft_id = a.craft_id AND f.at = a.at AND f.run_id = %(run)s
      AND f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
),
so AS (
    SELECT f.craft_id, f.at, s.run_id, f.lon, f.lat, f.cell_key, f.speed_kn, f.course_deg, f.heading_deg, f.altitude_m,
           f.flags, true AS is_same
    FROM watchfloor.run_said AS s
    CROSS JOIN LATERAL unnest(s.numbers, s.moments) AS u (craft_id, at)
    JOIN watchfloor.fix AS f ON f.craft_id = u.craft_id AND f.at = u.at AND f.run_id = %(run)s
      AND f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
    WHERE s.frame = 'fixes'
      AND NOT EXISTS (SELECT 1 FROM aside AS a WHERE a.craft_id = u.craft_id AND a.at = u.at AND a.run_id = s.run_id)
)
SELECT s.*, row_number() OVER (PARTITION BY s.craft_id, s.at ORDER BY r.finished_at, s.run_id) AS turn
FROM (SELECT * FROM aside UNION ALL SELECT * FROM so) AS s
JOIN watchfloor.run AS r ON r.id = s.run_id AND r.status = 'published'
WHERE s.run_id <> %(run)s
