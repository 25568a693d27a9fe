-- tracks_near: craft with fixes within a distance of a point, the nearest first; of more than at_most fixes only so many are read.
-- in: sinces, untils (moments: the times to look at, none twice), since, until (the first and last of them), firsts, lasts (ranges of cell keys),
--     lon, lat, radius_m, west, south, east, north (a box about the disc; west may lie below -180, east above 180), at_most, known_at (null: now)
-- out: craft_id, kind, identifier, name, category, label_id, n, first, last, nearest_m; n_read, which tells whether all were read
WITH read AS MATERIALIZED (
    SELECT f.craft_id, f.at, f.metres
    FROM unnest(%(sinces)s::timestamptz[], %(untils)s::timestamptz[]) AS t (since, until)
    CROSS JOIN unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
    CROSS JOIN LATERAL (
        -- haversines on the sphere of geo/sphere.py: whole turns of longitude make no difference
        SELECT f.craft_id, f.at,
               2 * 6371008.8 * asin(least(1.0, sqrt(
                   power(sin(radians(f.lat - %(lat)s) / 2), 2)
                   + cos(radians(f.lat)) * cos(radians(%(lat)s)) * power(sin(radians(f.lon - %(lon)s) / 2), 2)
               ))) AS metres
        FROM watchfloor.fix AS f
        WHERE f.cell_key >= k.first AND f.cell_key <= k.last
          AND f.at >= t.since AND f.at < t.until
          -- what a plan can do without beforehand
          AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
          -- a box about the disc: comparing costs less than a policy, and that less than a distance
          AND f.lat >= %(south)s AND f.lat <= %(north)s
          AND (f.lon >= %(west)s AND f.lon <= %(east)s OR f.lon <= %(east)s - 360 OR f.lon >= %(west)s + 360)
          AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
        OFFSET 0
    ) AS f
    WHERE f.metres <= %(radius_m)s
    LIMIT %(at_most)s
),
heard AS (
    SELECT r.craft_id, count(*) AS n, min(r.at) AS first, max(r.at) AS last, min(r.metres) AS nearest_m
    FROM read AS r
    GROUP BY r.craft_id
)
SELECT c.id AS craft_id, c.kind, c.identifier, c.name, c.category, c.label_id, h.n, h.first, h.last, h.nearest_m, t.n_read
FROM (SELECT count(*) AS n_read FROM read) AS t
LEFT JOIN (heard AS h JOIN watchfloor.craft AS c ON c.id = h.craft_id) ON true
ORDER BY h.nearest_m, c.id
