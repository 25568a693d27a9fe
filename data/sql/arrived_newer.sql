-- arrived_newer: whether any seizure or overdose was recorded after a moment, anywhere.
-- in: since; out: one row with true or false for each
SELECT EXISTS (SELECT FROM watchfloor.event AS e
               WHERE e.recorded_from > %(since)s::timestamptz AND e.recorded_to = 'infinity' AND e.kind = 'seizure'),
       EXISTS (SELECT FROM watchfloor.overdose AS o
               WHERE o.recorded_from > %(since)s::timestamptz AND o.recorded_to = 'infinity')
