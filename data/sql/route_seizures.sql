-- route_seizures: seizures whose source names where the load came from and where it was bound.
-- in: label, kinds, codes (text arrays: the gazetteer's entries, which go before other places of the same code)
-- out: number of the seizure, place from, place to, kilograms, month since January 1970
WITH known AS (
    SELECT DISTINCT ON (p.code) p.code, p.id
    FROM watchfloor.place AS p
    LEFT JOIN unnest(%(kinds)s::text[], %(codes)s::text[]) AS g (kind, code) ON g.kind = p.kind AND g.code = p.code
    JOIN watchfloor.label AS l ON l.id = p.label_id
    ORDER BY p.code, g.code IS NULL, l.tlp, p.id
)
SELECT row_number() OVER (ORDER BY e.id), f.id, t.id,
       (SELECT sum(i.amount) FROM watchfloor.seizure_item AS i
        WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from AND i.unit = 'kg'),
       (extract(year FROM e.starts)::integer - 1970) * 12 + extract(month FROM e.starts)::integer - 1
FROM watchfloor.event AS e
JOIN known AS f ON f.code = e.attributes -> 'route' ->> 'from'
JOIN known AS t ON t.code = e.attributes -> 'route' ->> 'to'
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND e.label_id = %(label)s AND f.id <> t.id
