-- undo_fixes_left: positions of a run that standing runs gave, just so, become theirs; the others go.
-- in: run, temporary table touched. out: positions that went
WITH saying AS (
    SELECT u.craft_id, u.at, s.run_id, r.finished_at
    FROM watchfloor.run_said AS s
    JOIN watchfloor.run AS r ON r.id = s.run_id AND r.status = 'published'
    CROSS JOIN LATERAL unnest(s.numbers, s.moments) AS u (craft_id, at)
    WHERE s.frame = 'fixes'
      AND s.run_id <> %(run)s
),
heir AS (
    SELECT DISTINCT ON (s.craft_id, s.at) s.craft_id, s.at, s.run_id
    FROM saying AS s
    JOIN watchfloor.fix AS f ON f.craft_id = s.craft_id AND f.at = s.at AND f.run_id = %(run)s
    ORDER BY s.craft_id, s.at, s.finished_at, s.run_id
),
given AS (
    UPDATE watchfloor.fix AS f
    SET run_id = h.run_id
    FROM heir AS h
    WHERE f.craft_id = h.craft_id AND f.at = h.at
    RETURNING f.craft_id
),
gone AS (
    DELETE FROM watchfloor.fix AS f
    WHERE f.run_id = %(run)s
      AND NOT EXISTS (SELECT 1 FROM heir AS h WHERE h.craft_id = f.craft_id AND h.at = f.at)
    RETURNING f.label_id, f.cell_key, f.at
),
noted AS (
    INSERT INTO pg_temp.touched
    SELECT DISTINCT 'tracks', g.label_id, watchfloor.cell_region(g.cell_key), extract(year FROM g.at)::smallint
    FROM gone AS g
)
SELECT count(*) FROM gone
