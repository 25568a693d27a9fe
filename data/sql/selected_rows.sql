-- selected_rows: given events as a table shows them, each with the cases that hold it.
-- in: ids (uuid array)
-- out: as events_behind without its totals; lon, lat, uncertainty_m; case_ids, case_numbers, case_labels (arrays)
SELECT e.id, e.kind, e.title, e.starts, e.time_precision, e.place_name, e.place_precision, e.lon, e.lat,
       e.uncertainty_m, t.items, e.reliability, e.validity, e.label_id, e.run_id, e.recorded_from, e.attributes,
       t.kilograms, c.case_ids, c.case_numbers, c.case_labels
FROM watchfloor.event AS e
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(s.name, i.unit, i.amount, i.original) ORDER BY s.name) AS items,
           coalesce(sum(i.amount) FILTER (WHERE i.unit = 'kg'), 0) AS kilograms
    FROM watchfloor.seizure_item AS i
    JOIN watchfloor.substance AS s ON s.id = i.substance_id
    WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
) AS t ON true
LEFT JOIN LATERAL (
    SELECT array_agg(f.id ORDER BY f.number) AS case_ids, array_agg(f.number ORDER BY f.number) AS case_numbers,
           array_agg(f.label_id ORDER BY f.number) AS case_labels
    FROM watchfloor.case_record AS r
    JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
    WHERE r.record_id = e.id AND r.recorded_to = 'infinity'
) AS c ON true
WHERE e.id = ANY (%(ids)s::uuid[]) AND e.recorded_to = 'infinity'
