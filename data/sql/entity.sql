-- entity: one entity as it is known now. in: id
SELECT e.pole, e.kind, e.name, e.attributes, e.lon, e.lat, e.uncertainty_m, e.reliability, e.validity, e.label_id,
       e.run_id, e.recorded_from, e.place_precision, e.valid_from, e.valid_to
FROM watchfloor.entity AS e
WHERE e.id = %(id)s AND e.recorded_to = 'infinity'
