-- entity: one entity as it is known now. in: id
SELECT e.pole, e.kind, e.name, e.attributes, e.lon, e.lat, e.reliability, e.validity, e.label_id,
       coalesce(s.title, r.format), e.place_precision, e.valid_from, e.valid_to
FROM watchfloor.entity AS e
JOIN watchfloor.run AS r ON r.id = e.run_id
LEFT JOIN watchfloor.source AS s ON s.id = r.source_id
WHERE e.id = %(id)s AND e.recorded_to = 'infinity'
