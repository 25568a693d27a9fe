-- graph_nodes: those of given records that the reader may see.
-- in: records (uuid array)
-- out: id, grouped, kind, name, lon, lat, uncertainty_m, place_precision, starts, reliability, validity, label_id,
--      kilograms (of events)
SELECT e.id, e.pole AS grouped, e.kind, e.name, e.lon, e.lat, e.uncertainty_m, e.place_precision,
       NULL::timestamptz AS starts, e.reliability, e.validity, e.label_id, NULL::float8 AS kilograms
FROM watchfloor.entity AS e
WHERE e.id = ANY (%(records)s) AND e.recorded_to = 'infinity'
UNION ALL
SELECT v.id, 'event', v.kind, v.title, v.lon, v.lat, v.uncertainty_m, v.place_precision, v.starts,
       v.reliability, v.validity, v.label_id,
       (SELECT sum(i.amount) FROM watchfloor.seizure_item AS i
        WHERE i.event_id = v.id AND i.recorded_from = v.recorded_from AND i.unit = 'kg')::float8
FROM watchfloor.event AS v
WHERE v.id = ANY (%(records)s) AND v.recorded_to = 'infinity'
UNION ALL
SELECT f.id, 'case', f.status, concat(f.number, ' ', f.title), NULL, NULL, NULL, NULL, f.opened,
       f.reliability, f.validity, f.label_id, NULL
FROM watchfloor.case_file AS f
WHERE f.id = ANY (%(records)s) AND f.recorded_to = 'infinity'
UNION ALL
SELECT o.id, 'operation', o.kind, o.title, o.lon, o.lat, o.uncertainty_m, o.place_precision, o.starts,
       o.reliability, o.validity, o.label_id, NULL
FROM watchfloor.operation AS o
WHERE o.id = ANY (%(records)s) AND o.recorded_to = 'infinity'
