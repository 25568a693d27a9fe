-- events_linked: the events that are linked to or held with given records, newest first.
-- in: records (uuid array), ids (uuid array of events), at_most
-- out: id, kind, title, starts, time_precision, place_name, place_precision, lon, lat, uncertainty_m, items
--      (as events_behind), reliability, validity, label_id, run_id, recorded_from, attributes; total is the same on every row
WITH wanted AS (
    SELECT l.from_id AS id FROM watchfloor.link AS l WHERE l.to_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
    UNION
    SELECT l.to_id FROM watchfloor.link AS l WHERE l.from_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
    UNION
    SELECT unnest(%(ids)s::uuid[])
)
SELECT e.id, e.kind, e.title, e.starts, e.time_precision, e.place_name, e.place_precision, e.lon, e.lat,
       e.uncertainty_m,
       (SELECT jsonb_agg(jsonb_build_array(s.name, i.unit, i.amount, i.original) ORDER BY s.name)
        FROM watchfloor.seizure_item AS i JOIN watchfloor.substance AS s ON s.id = i.substance_id
        WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from) AS items,
       e.reliability, e.validity, e.label_id, e.run_id, e.recorded_from, e.attributes, count(*) OVER () AS total
FROM wanted AS w
JOIN watchfloor.event AS e ON e.id = w.id AND e.recorded_to = 'infinity'
ORDER BY e.starts DESC, e.id
LIMIT %(at_most)s
