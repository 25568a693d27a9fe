-- track_positions: positions of some labels between two moments, by label, craft and time, as columns of fixed width.
-- A moment is of the second in which it lies: rounded up, the last of a day would be of the next.
-- in: labels, since, until, categories (names in the order of their numbers); a speed that is not told is -1
SELECT f.label_id, f.craft_id::bigint, floor(extract(epoch FROM f.at))::bigint, f.lon, f.lat, coalesce(f.speed_kn, -1)::real,
       (coalesce(array_position(%(categories)s::text[], c.category), cardinality(%(categories)s::text[])) - 1)::smallint
FROM watchfloor.fix AS f
JOIN watchfloor.craft AS c ON c.id = f.craft_id
WHERE f.label_id = ANY (%(labels)s::smallint[])
  AND f.at >= %(since)s::timestamptz
  AND f.at < %(until)s::timestamptz
ORDER BY f.label_id, f.craft_id, f.at
