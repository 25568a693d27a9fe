-- route_behind: the seizures that name a way between two places, newest first.
-- in: from, to (place ids), since, until; out: ids of events, kilograms
SELECT e.id, (SELECT coalesce(sum(i.amount), 0) FROM watchfloor.seizure_item AS i
              WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from AND i.unit = 'kg') AS kilograms
FROM watchfloor.event AS e
JOIN watchfloor.place AS f ON f.code = e.attributes -> 'route' ->> 'from'
JOIN watchfloor.place AS t ON t.code = e.attributes -> 'route' ->> 'to'
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND f.id = %(from)s AND t.id = %(to)s
  AND e.starts >= date_trunc('month', %(since)s::timestamptz) AND e.starts < %(until)s::timestamptz
ORDER BY e.starts DESC, e.id
