-- publish_fixes: staged positions become the store's; a position is known by its craft and moment.
-- in: run, label, file; out: added, staged
WITH added AS (
    INSERT INTO watchfloor.fix
        (craft_id, at, lon, lat, cell_key, speed_kn, course_deg, heading_deg, altitude_m, flags, run_id, label_id)
    SELECT c.id, s.at AT TIME ZONE 'UTC', s.lon, s.lat, s.cell_key, s.speed_kn, s.course_deg, s.heading_deg,
           s.altitude_m, coalesce(s.flags, 0), %(run)s, coalesce(s.label, %(label)s)
    FROM pg_temp.stage_fixes AS s
    JOIN watchfloor.craft AS c
      ON c.kind = s.craft_kind AND c.identifier = s.identifier AND c.label_id = coalesce(s.label, %(label)s)
    WHERE s.file = %(file)s
    ON CONFLICT (craft_id, at) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM pg_temp.stage_fixes WHERE file = %(file)s)
