-- undo_places_gone: places of which no standing run tells any more; those that closed values hang on stay, withdrawn.
-- in: run (of the undo), temporary table undo_places. out: ids that went, ids that were withdrawn
-- A place has no recorded time: what was reported of it keeps it, under a kind and code that no question asks for.
WITH gone AS (
    SELECT p.id, EXISTS (SELECT 1 FROM watchfloor.series AS s WHERE s.place_id = p.id) AS is_held
    FROM watchfloor.place AS p
    JOIN pg_temp.undo_places AS u ON u.kind = p.kind AND u.code = p.code AND u.label_id = p.label_id
    WHERE NOT EXISTS (SELECT 1 FROM watchfloor.place_said AS s
                      WHERE s.kind = p.kind AND s.code = p.code AND s.label_id = p.label_id)
),
deleted AS (
    DELETE FROM watchfloor.place AS p USING gone AS g WHERE p.id = g.id AND NOT g.is_held RETURNING p.id
),
withdrawn AS (
    UPDATE watchfloor.place AS p
    SET kind = 'withdrawn', code = concat_ws('/', p.kind, p.code, %(run)s), geom = NULL
    FROM gone AS g
    WHERE p.id = g.id AND g.is_held
    RETURNING p.id
)
SELECT (SELECT count(*) FROM deleted), (SELECT count(*) FROM withdrawn)
