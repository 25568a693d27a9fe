-- distinct_series: the series named by the staged reported values of one file, with the numbers of their parts.
-- in: label, file; out: temporary table named
-- A place is found under the run's own label first, else under a public one.
CREATE TEMPORARY TABLE named ON COMMIT DROP AS
WITH distinct_names AS (
    SELECT s.measure, coalesce(s.place_kind, '') AS place_kind, coalesce(s.place_code, '') AS place_code,
           coalesce(s.substance_id, 0) AS substance_id, coalesce(s.dimensions, '{}') AS dimensions
    FROM pg_temp.stage_reported AS s
    WHERE s.file = %(file)s
    GROUP BY 1, 2, 3, 4, 5
),
known_place AS (
    SELECT DISTINCT ON (p.kind, p.code) p.kind, p.code, p.id
    FROM watchfloor.place AS p
    JOIN watchfloor.label AS l ON l.id = p.label_id
    WHERE p.label_id = %(label)s OR l.tlp = 0
    ORDER BY p.kind, p.code, (p.label_id = %(label)s) DESC, p.id
)
SELECT d.*, m.id AS measure_id, p.id AS place_id, d.dimensions::jsonb AS dimensions_json
FROM distinct_names AS d
JOIN watchfloor.measure AS m ON m.code = d.measure
LEFT JOIN known_place AS p ON p.kind = d.place_kind AND p.code = d.place_code
