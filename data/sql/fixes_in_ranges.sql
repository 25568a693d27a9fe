-- fixes_in_ranges: fixes of a time in some ranges of cell keys, unsorted; at most so many.
-- in: since, until (moments), firsts, lasts, at_most, known_at (null: now); out: craft_id, second, lon, lat
SELECT f.craft_id, extract(epoch FROM f.at)::bigint AS second, f.lon, f.lat
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
