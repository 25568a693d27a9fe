-- area_outlines: the boundaries of areas that have one, simplified to about a kilometre.
-- in: places (numbers, array); out: place, boundary (well-known binary)
SELECT p.id AS place, ST_AsBinary(ST_SimplifyPreserveTopology(p.geom, 0.01)) AS boundary
FROM watchfloor.place AS p
WHERE p.id = ANY (%(places)s::bigint[]) AND p.geom IS NOT NULL
ORDER BY p.id
