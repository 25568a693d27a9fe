-- seizure_place_names: what the places are called that are known less finely than a street.
-- in: since, until (moments), from_m (least uncertainty); out: lon, lat, uncertainty_m, name
SELECT e.lon, e.lat, e.uncertainty_m, max(e.place_name) AS name
FROM watchfloor.event AS e
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
  AND e.uncertainty_m >= %(from_m)s AND e.lon IS NOT NULL AND e.place_name IS NOT NULL
GROUP BY e.lon, e.lat, e.uncertainty_m
