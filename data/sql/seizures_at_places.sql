-- seizures_at_places: the seizures that a symbol counts, newest first.
-- in: substances, since, until, keys (distinct range keys of the places), lons, lats, uncertainties, at_most
-- out: as events_behind
WITH hit AS (
    SELECT e.id, e.recorded_from, e.kind, e.title, e.starts, e.time_precision, e.place_name, e.place_precision,
           e.lon, e.lat, e.uncertainty_m, e.reliability, e.validity, e.label_id, e.run_id, e.attributes
    FROM unnest(%(keys)s::bigint[]) AS k (key)
    CROSS JOIN LATERAL (
        -- OFFSET 0 keeps this a look-up per key
        SELECT e.id, e.recorded_from, e.kind, e.title, e.starts, e.time_precision, e.place_name, e.place_precision,
               e.reliability, e.validity, e.label_id, e.run_id, e.attributes, e.lon, e.lat, e.uncertainty_m
        FROM watchfloor.event AS e
        WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND e.cell_key = k.key
          AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
        OFFSET 0
    ) AS e
    JOIN unnest(%(lons)s::float8[], %(lats)s::float8[], %(uncertainties)s::real[]) AS p (lon, lat, uncertainty_m)
      ON p.lon = e.lon AND p.lat = e.lat AND p.uncertainty_m = e.uncertainty_m
),
taken AS (
    SELECT h.id, jsonb_agg(jsonb_build_array(s.name, i.unit, i.amount, i.original) ORDER BY s.name) AS items,
           coalesce(sum(i.amount) FILTER (WHERE i.unit = 'kg'), 0) AS kilograms
    FROM hit AS h
    LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = h.id AND i.recorded_from = h.recorded_from
    LEFT JOIN watchfloor.substance AS s ON s.id = i.substance_id
    WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY h.id
)
SELECT h.id, h.kind, h.title, h.starts, h.time_precision, h.place_name, h.place_precision, h.lon, h.lat,
       h.uncertainty_m, t.items, h.reliability, h.validity, h.label_id, h.run_id, h.recorded_from, h.attributes, t.kilograms,
       count(*) OVER () AS total, sum(t.kilograms) OVER () AS kilograms_total
FROM hit AS h
JOIN taken AS t ON t.id = h.id
ORDER BY h.starts DESC, h.id
LIMIT %(at_most)s
