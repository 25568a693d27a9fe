-- routes: flows between two places over the months of a period, heaviest first.
-- in: since, until, south, north, wests, easts (spans of longitude), at_most (null: all)
-- out: from, to, names, points, n_tracks, n_seizures, kilograms, how many flows there are in all
WITH box AS (
    SELECT west, east FROM unnest(%(wests)s::double precision[], %(easts)s::double precision[]) AS b (west, east)
)
SELECT f.id, t.id, f.name, t.name, f.lon, f.lat, t.lon, t.lat,
       sum(r.n_tracks)::bigint, sum(r.n_seizures)::bigint, sum(r.kilograms),
       count(*) OVER ()
FROM watchfloor.route AS r
JOIN watchfloor.place AS f ON f.id = r.from_place_id
JOIN watchfloor.place AS t ON t.id = r.to_place_id
WHERE r.month >= date_trunc('month', %(since)s::date)::date AND r.month < %(until)s
  AND EXISTS (
      SELECT FROM box
      WHERE (f.lat BETWEEN %(south)s AND %(north)s AND f.lon BETWEEN box.west AND box.east)
         OR (t.lat BETWEEN %(south)s AND %(north)s AND t.lon BETWEEN box.west AND box.east)
  )
GROUP BY f.id, t.id, f.name, t.name, f.lon, f.lat, t.lon, t.lat
ORDER BY sum(r.n_seizures) DESC, sum(r.n_tracks) DESC, f.id, t.id
LIMIT %(at_most)s
