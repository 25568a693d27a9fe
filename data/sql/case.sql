-- case: one case as it is known now. in: id
SELECT f.number, f.title, f.status, f.summary, a.name, a.watch_phone, f.opened, f.closed, f.label_id,
       f.run_id, f.recorded_from
FROM watchfloor.case_file AS f
JOIN watchfloor.agency AS a ON a.id = f.agency_id
WHERE f.id = %(id)s AND f.recorded_to = 'infinity'
