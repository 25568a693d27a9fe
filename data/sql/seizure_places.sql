-- seizure_places: seizures per distinct place, for points and areas on the map.
-- in: substances (array, empty for any), since, until (moments)
-- out: lon, lat, uncertainty_m, cell_key, n, kilograms; what lacks a place or its uncertainty is one row of NaN.
-- Every column is of one width and never null: the answer is read as one array
SELECT coalesce(p.lon, 'NaN') AS lon, coalesce(p.lat, 'NaN') AS lat, coalesce(p.uncertainty_m, 'NaN') AS uncertainty_m,
       p.cell_key, count(*) AS n, coalesce(sum(p.kilograms), 0) AS kilograms
FROM (
    SELECT CASE WHEN e.is_placed THEN e.lon END AS lon, CASE WHEN e.is_placed THEN e.lat END AS lat,
           CASE WHEN e.is_placed THEN e.uncertainty_m END AS uncertainty_m,
           CASE WHEN e.is_placed THEN e.cell_key ELSE 0 END AS cell_key,
           sum(CASE WHEN i.unit = 'kg' THEN i.amount ELSE 0 END) AS kilograms
    FROM (
        SELECT e.id, e.recorded_from, e.lon, e.lat, e.uncertainty_m, e.cell_key,
               e.lon IS NOT NULL AND e.lat IS NOT NULL AND e.cell_key IS NOT NULL
               AND coalesce(e.uncertainty_m, 'NaN') < 'Infinity' AS is_placed
        FROM watchfloor.event AS e
        WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
          AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
    ) AS e
    LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = e.id AND i.recorded_from = e.recorded_from
    WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY e.id, e.lon, e.lat, e.uncertainty_m, e.cell_key, e.is_placed
) AS p
GROUP BY p.lon, p.lat, p.uncertainty_m, p.cell_key
