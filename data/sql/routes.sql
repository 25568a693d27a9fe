-- routes: flows between two places over the months of a period, heaviest first.
-- in: since, until, at_most; out: from, to, names, points, n_tracks, n_seizures, kilograms
SELECT f.id, t.id, f.name, t.name, f.lon, f.lat, t.lon, t.lat,
       sum(r.n_tracks)::bigint, sum(r.n_seizures)::bigint, sum(r.kilograms)
FROM watchfloor.route AS r
JOIN watchfloor.place AS f ON f.id = r.from_place_id
JOIN watchfloor.place AS t ON t.id = r.to_place_id
WHERE r.month >= date_trunc('month', %(since)s::date)::date AND r.month < %(until)s
GROUP BY f.id, t.id, f.name, t.name, f.lon, f.lat, t.lon, t.lat
ORDER BY sum(r.n_seizures) DESC, sum(r.n_tracks) DESC, f.id, t.id
LIMIT %(at_most)s
