-- selected_origins: given events by the run that brought them, their grading and how well their place is known.
-- in: ids (uuid array); out: run_id, reliability, validity, place_precision, n (events)
SELECT e.run_id, e.reliability, e.validity, e.place_precision, count(*) AS n
FROM unnest(%(ids)s::uuid[]) AS k (id)
JOIN watchfloor.event AS e ON e.id = k.id AND e.recorded_to = 'infinity'
GROUP BY e.run_id, e.reliability, e.validity, e.place_precision
ORDER BY n DESC, e.run_id, e.reliability, e.validity, e.place_precision
