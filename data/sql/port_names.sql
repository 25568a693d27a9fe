-- port_names: the ports that a reader may see, with their names. in: nothing; out: lon, lat, name
SELECT p.lon, p.lat, p.name
FROM watchfloor.place AS p
WHERE p.kind = 'port' AND p.lon IS NOT NULL AND p.lat IS NOT NULL
ORDER BY p.lon, p.lat, p.name
