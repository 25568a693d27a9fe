-- events_behind: the events that a cell counts, newest first.
-- in: kind, substances, since, until, first, last (range of keys of the cell), at_most
-- out: id, title, starts, time_precision, place_name, place_precision, amounts, reliability, validity, label_id,
--      source, attributes, kilograms; total is repeated on every row, kilograms_total likewise
WITH hit AS (
    SELECT e.id, e.recorded_from, e.title, e.starts, e.time_precision, e.place_name, e.place_precision, e.reliability,
           e.validity, e.label_id, e.run_id, e.attributes
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity' AND e.cell_key BETWEEN %(first)s AND %(last)s
      AND e.starts >= %(since)s AND e.starts < %(until)s
),
taken AS (
    SELECT h.id, string_agg(s.name || coalesce(' ' || i.original, ''), '; ' ORDER BY s.name) AS amounts,
           coalesce(sum(i.amount) FILTER (WHERE i.unit = 'kg'), 0) AS kilograms
    FROM hit AS h
    LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = h.id AND i.recorded_from = h.recorded_from
    LEFT JOIN watchfloor.substance AS s ON s.id = i.substance_id
    WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY h.id
)
SELECT h.id, h.title, h.starts, h.time_precision, h.place_name, h.place_precision, t.amounts, h.reliability,
       h.validity, h.label_id, coalesce(c.title, r.format) AS source, h.attributes, t.kilograms,
       count(*) OVER () AS total, sum(t.kilograms) OVER () AS kilograms_total
FROM hit AS h
JOIN taken AS t ON t.id = h.id
JOIN watchfloor.run AS r ON r.id = h.run_id
LEFT JOIN watchfloor.source AS c ON c.id = r.source_id
ORDER BY h.starts DESC, h.id
LIMIT %(at_most)s
