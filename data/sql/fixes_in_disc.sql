-- fixes_in_disc: fixes within a distance of a point, unsorted; at most so many.
-- in: sinces, untils (moments: the times to look at, none twice), since, until (the first and last of them), firsts, lasts (ranges of cell keys),
--     lon, lat, radius_m, west, south, east, north (a box about the disc; west may lie below -180, east above 180), at_most, known_at (null: now)
-- out: craft_id, second, lon, lat
SELECT f.craft_id, extract(epoch FROM f.at)::bigint AS second, f.lon, f.lat
FROM unnest(%(sinces)s::timestamptz[], %(untils)s::timestamptz[]) AS t (since, until)
CROSS JOIN unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT f.craft_id, f.at, f.lon, f.lat,
           power(sin(radians(f.lat - %(lat)s) / 2), 2)
           + cos(radians(f.lat)) * cos(radians(%(lat)s)) * power(sin(radians(f.lon - %(lon)s) / 2), 2) AS far
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
WHERE 2 * 6371008.8 * asin(least(1.0, sqrt(f.far))) <= %(radius_m)s
LIMIT %(at_most)s
