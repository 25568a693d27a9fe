-- partner_features: all shapes of a layer, in the order of its file.
-- in: layer
-- out: number, shape (WKB, EPSG:4326)
SELECT f.number, ST_AsBinary(f.geom) AS shape
FROM watchfloor.partner_feature AS f
WHERE f.layer_id = %(layer)s::uuid
ORDER BY f.number
