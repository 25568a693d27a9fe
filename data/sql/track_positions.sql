-- track_positions: positions of some labels between two moments, a row for each label with a column of all its positions, by craft and time.
-- Columns travel as wholes, because a million rows take their reader's language a second.
-- in: labels, since, until, categories (names in the order of their numbers)
-- out: label_id, craft_ids, moments, lons, lats, speeds (-1: not told), categories
SELECT p.label_id, array_agg(p.craft_id), array_agg(p.at), array_agg(p.lon), array_agg(p.lat), array_agg(p.speed_kn), array_agg(p.category)
FROM (
    SELECT f.label_id, f.craft_id, f.at, f.lon, f.lat, coalesce(f.speed_kn, -1)::real AS speed_kn,
           (coalesce(array_position(%(categories)s::text[], c.category), cardinality(%(categories)s::text[])) - 1)::smallint AS category
    FROM watchfloor.fix AS f
    JOIN watchfloor.craft AS c ON c.id = f.craft_id
    WHERE f.label_id = ANY (%(labels)s::smallint[])
      AND f.at >= %(since)s::timestamptz
      AND f.at < %(until)s::timestamptz
    -- grouping keeps the order in which rows come
    ORDER BY f.label_id, f.craft_id, f.at
) AS p
GROUP BY p.label_id
ORDER BY p.label_id
