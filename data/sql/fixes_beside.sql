-- fixes_beside: fixes of other craft near where and when one craft was: a range of cell keys and a time for each of its stays.
-- in: craft, firsts, lasts, sinces, untils (of the same length), at_most, known_at (null: now); out: craft_id, second, lon, lat
SELECT DISTINCT f.craft_id, extract(epoch FROM f.at)::bigint AS second, f.lon, f.lat
FROM (
    SELECT f.craft_id, f.at, f.lon, f.lat
    FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
         AS k (first, last, since, until)
    CROSS JOIN LATERAL (
        SELECT f.craft_id, f.at, f.lon, f.lat
        FROM watchfloor.fix AS f
        WHERE f.cell_key >= k.first AND f.cell_key <= k.last AND f.at >= k.since AND f.at <= k.until
          AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
        OFFSET 0
    ) AS f
    WHERE f.craft_id <> %(craft)s
    LIMIT %(at_most)s
) AS f
