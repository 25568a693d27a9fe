-- tracks_near: craft with fixes within a distance of a point, the nearest first; of more than at_most fixes only so many are read.
-- in: since, until, firsts, lasts (ranges of cell keys), lon, lat, radius_m, at_most, known_at (null: now)
-- out: craft_id, kind, identifier, name, category, label_id, n, first, last, nearest_m; n_read, which tells whether all were read
WITH read AS MATERIALIZED (
    SELECT f.craft_id, f.at, f.lon, f.lat
    FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
    CROSS JOIN LATERAL (
        SELECT f.craft_id, f.at, f.lon, f.lat
        FROM watchfloor.fix AS f
        WHERE f.cell_key >= k.first AND f.cell_key <= k.last
          AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
          AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
        OFFSET 0
    ) AS f
    LIMIT %(at_most)s
),
-- haversines on the sphere of geo/sphere.py: whole turns of longitude make no difference
away AS (
    SELECT r.craft_id, r.at,
           2 * 6371008.8 * asin(least(1.0, sqrt(
               power(sin(radians(r.lat - %(lat)s) / 2), 2)
               + cos(radians(r.lat)) * cos(radians(%(lat)s)) * power(sin(radians(r.lon - %(lon)s) / 2), 2)
           ))) AS metres
    FROM read AS r
),
heard AS (
    SELECT a.craft_id, count(*) AS n, min(a.at) AS first, max(a.at) AS last, min(a.metres) AS nearest_m
    FROM away AS a
    WHERE a.metres <= %(radius_m)s
    GROUP BY a.craft_id
)
SELECT c.id AS craft_id, c.kind, c.identifier, c.name, c.category, c.label_id, h.n, h.first, h.last, h.nearest_m, t.n_read
FROM (SELECT count(*) AS n_read FROM read) AS t
LEFT JOIN (heard AS h JOIN watchfloor.craft AS c ON c.id = h.craft_id) ON true
ORDER BY h.nearest_m, c.id
