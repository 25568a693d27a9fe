-- undo_fixes_left: positions of a run become those of the first standing run that gave any for that moment; others go.
-- in: run, first, last (moments of its positions), temporary tables undo_fixes_said and touched. out: positions that went, and that another run's take the place of
WITH kept_aside AS (
    -- who said just so what no longer holds said otherwise than what holds now
    INSERT INTO watchfloor.fix_aside
        (run_id, craft_id, at, lon, lat, cell_key, speed_kn, course_deg, heading_deg, altitude_m, flags, label_id)
    SELECT s.run_id, s.craft_id, s.at, s.lon, s.lat, s.cell_key, s.speed_kn, s.course_deg, s.heading_deg, s.altitude_m,
           s.flags, f.label_id
    FROM pg_temp.undo_fixes_said AS s
    JOIN pg_temp.undo_fixes_said AS h ON h.craft_id = s.craft_id AND h.at = s.at AND h.turn = 1 AND NOT h.is_same
    JOIN watchfloor.fix AS f ON f.craft_id = s.craft_id AND f.at = s.at
      AND f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
    WHERE s.is_same
    RETURNING run_id
),
given AS (
    UPDATE watchfloor.fix AS f
    SET run_id = h.run_id, lon = h.lon, lat = h.lat, cell_key = h.cell_key, speed_kn = h.speed_kn,
        course_deg = h.course_deg, heading_deg = h.heading_deg, altitude_m = h.altitude_m, flags = h.flags
    FROM pg_temp.undo_fixes_said AS h
    WHERE h.turn = 1 AND f.craft_id = h.craft_id AND f.at = h.at
      AND f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
    RETURNING f.label_id, f.cell_key, f.at, h.is_same
),
held AS (
    DELETE FROM watchfloor.fix_aside AS a
    USING pg_temp.undo_fixes_said AS h
    WHERE h.turn = 1 AND NOT h.is_same AND a.run_id = h.run_id AND a.craft_id = h.craft_id AND a.at = h.at
       OR a.run_id = %(run)s
    RETURNING a.run_id
),
moved AS (
    SELECT f.label_id, f.cell_key, f.at
    FROM watchfloor.fix AS f
    JOIN pg_temp.undo_fixes_said AS h ON h.craft_id = f.craft_id AND h.at = f.at AND h.turn = 1 AND NOT h.is_same
    WHERE f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
    UNION ALL
    SELECT g.label_id, g.cell_key, g.at FROM given AS g WHERE NOT g.is_same
),
gone AS (
    DELETE FROM watchfloor.fix AS f
    WHERE f.run_id = %(run)s AND f.at >= %(first)s::timestamptz AND f.at <= %(last)s::timestamptz
      AND NOT EXISTS (SELECT 1 FROM pg_temp.undo_fixes_said AS h WHERE h.craft_id = f.craft_id AND h.at = f.at)
    RETURNING f.label_id, f.cell_key, f.at
),
noted AS (
    INSERT INTO pg_temp.touched
    SELECT DISTINCT 'tracks', g.label_id, watchfloor.cell_region(g.cell_key), extract(year FROM g.at)::smallint
    FROM (SELECT label_id, cell_key, at FROM gone UNION ALL SELECT label_id, cell_key, at FROM moved) AS g
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM given AS g WHERE NOT g.is_same)
