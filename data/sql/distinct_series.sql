-- distinct_series: what the staged series numbers of one file name; null where the store does not know it.
-- in: label, file; out: temporary table named
-- A place is found under the run's own label first, else under a public one.
CREATE TEMPORARY TABLE named ON COMMIT DROP AS
WITH known_place AS (
    SELECT DISTINCT ON (p.kind, p.code) p.kind, p.code, p.id
    FROM watchfloor.place AS p
    JOIN watchfloor.label AS l ON l.id = p.label_id
    WHERE p.label_id = %(label)s OR l.tlp = 0
    ORDER BY p.kind, p.code, (p.label_id = %(label)s) DESC, p.id
)
SELECT s.number, s.measure, s.place_kind, s.place_code, m.id AS measure_id, p.id AS place_id, s.substance_id,
       coalesce(s.dimensions, '{}')::jsonb AS dimensions,
       m.id IS NOT NULL AND (p.id IS NOT NULL OR s.place_code IS NULL) AS is_known
FROM pg_temp.stage_series AS s
LEFT JOIN watchfloor.measure AS m ON m.code = s.measure
LEFT JOIN known_place AS p ON p.kind = s.place_kind AND p.code = s.place_code
WHERE s.file = %(file)s
