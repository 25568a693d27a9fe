-- exported_seizures: single seizures of the whole world, as a file tells them.
-- in: substances, since, until (moments)
-- out: id, title, starts, ends (seconds), time_precision, place_name, place_precision, lon, lat, uncertainty_m, cell,
--      substances (with what the source says of their amounts), kilograms, reliability, validity, label_id, run_id,
--      recorded (microseconds), attributes
WITH hit AS (
    SELECT e.id, e.recorded_from, e.title, e.starts, e.ends, e.time_precision, e.place_name, e.place_precision, e.lon,
           e.lat, e.uncertainty_m, e.cell, e.reliability, e.validity, e.label_id, e.run_id, e.attributes
    FROM watchfloor.event AS e
    WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
),
taken AS (
    SELECT h.id, string_agg(s.name || coalesce(' ' || i.original, ''), '; ' ORDER BY s.name) AS substances,
           coalesce(sum(i.amount) FILTER (WHERE i.unit = 'kg'), 0) AS kilograms
    FROM hit AS h
    LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = h.id AND i.recorded_from = h.recorded_from
    LEFT JOIN watchfloor.substance AS s ON s.id = i.substance_id
    WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY h.id
)
SELECT h.id, h.title, extract(epoch FROM h.starts)::bigint AS starts, extract(epoch FROM h.ends)::bigint AS ends,
       h.time_precision, h.place_name, h.place_precision, h.lon, h.lat, h.uncertainty_m, h.cell, t.substances,
       t.kilograms, h.reliability, h.validity, h.label_id, h.run_id,
       (extract(epoch FROM h.recorded_from) * 1000000)::bigint AS recorded, h.attributes
FROM hit AS h
JOIN taken AS t ON t.id = h.id
