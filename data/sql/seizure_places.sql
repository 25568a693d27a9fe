-- seizure_places: where each seizure was and what of it was taken, for points and areas on the map.
-- in: substances (array, empty for any), since, until (moments)
-- out: arrays of lon, lat, uncertainty_m (NaN where not known), cell_key (0 where not known), hash of the event, and
-- kilograms: an element for each event and item, so that the reader sums them: hardly two places are the same, and
-- nothing is grouped twice. As arrays no row becomes an object; in sixteen parts each of them stays far below 1 GB
SELECT array_agg(p.lon) AS lon, array_agg(p.lat) AS lat, array_agg(p.uncertainty_m) AS uncertainty_m,
       array_agg(p.cell_key) AS cell_key, array_agg(p.event_hash) AS event_hash, array_agg(p.kilograms) AS kilograms
FROM (
    SELECT coalesce(e.lon, 'NaN') AS lon, coalesce(e.lat, 'NaN') AS lat,
           coalesce(e.uncertainty_m, 'NaN') AS uncertainty_m, coalesce(e.cell_key, 0) AS cell_key,
           uuid_hash_extended(e.id, 0) AS event_hash,
           CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END AS kilograms
    FROM watchfloor.event AS e
    LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = e.id AND i.recorded_from = e.recorded_from
    WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
      AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
) AS p
GROUP BY p.event_hash & 15
