-- route_ports: the ports between which tracks make routes: those of the gazetteer, whoever tells now where they are.
-- in: kinds, codes (text arrays: the gazetteer's entries); out: id, lon, lat
SELECT DISTINCT ON (p.code) p.id, p.lon, p.lat
FROM unnest(%(kinds)s::text[], %(codes)s::text[]) AS g (kind, code)
JOIN watchfloor.place AS p ON p.kind = g.kind AND p.code = g.code
JOIN watchfloor.label AS l ON l.id = p.label_id AND l.tlp = 0
WHERE g.kind = 'port' AND p.lon IS NOT NULL
ORDER BY p.code, p.id
