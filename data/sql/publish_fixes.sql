-- publish_fixes: numbered positions become the store's; a position is known by its craft and moment.
-- in: run, temporary tables numbered_fixes and touched; out: how many
WITH added AS (
    INSERT INTO watchfloor.fix
        (craft_id, at, lon, lat, cell_key, speed_kn, course_deg, heading_deg, altitude_m, flags, run_id, label_id)
    SELECT n.craft_id, n.at, n.lon, n.lat, n.cell_key, n.speed_kn, n.course_deg, n.heading_deg, n.altitude_m, n.flags,
           %(run)s, n.label_id
    FROM pg_temp.numbered_fixes AS n
    WHERE n.nth = 1
    ON CONFLICT (craft_id, at) DO NOTHING
    RETURNING label_id, cell_key, at
),
noted AS (
    INSERT INTO pg_temp.touched
    SELECT DISTINCT 'tracks', a.label_id, watchfloor.cell_region(a.cell_key), extract(year FROM a.at)::smallint
    FROM added AS a
)
SELECT count(*) FROM added
