-- events_behind: the events that a cell counts, newest first.
-- in: kind, substances, since, until, first, last (range of keys of the cell), at_most
-- out: id, kind, title, starts, time_precision, place_name, place_precision, lon, lat, uncertainty_m, items
--      (of each its substance, unit, amount and what the source wrote), reliability, validity, label_id, run_id,
--      recorded_from, attributes, kilograms; total and kilograms_total are the same on every row
WITH hit AS (
    SELECT e.id, e.recorded_from, e.kind, e.title, e.starts, e.time_precision, e.place_name, e.place_precision,
           e.lon, e.lat, e.uncertainty_m, e.reliability, e.validity, e.label_id, e.run_id, e.attributes
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity' AND e.cell_key BETWEEN %(first)s AND %(last)s
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
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
