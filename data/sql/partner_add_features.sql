-- partner_add_features: features of a partner's layer, many at once.
-- in: layer (uuid), label, numbers, shapes (WKB, EPSG:4326), properties (JSON texts): arrays of equal length
INSERT INTO watchfloor.partner_feature (layer_id, number, geom, properties, label_id)
SELECT %(layer)s::uuid, f.number, ST_GeomFromWKB(f.shape, 4326), f.properties::jsonb, %(label)s::smallint
FROM unnest(%(numbers)s::integer[], %(shapes)s::bytea[], %(properties)s::text[]) AS f (number, shape, properties)
