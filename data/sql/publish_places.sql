-- publish_places: numbered places become the store's; a place is known by kind, code and label.
-- in: run, source, temporary tables numbered_places and touched; out: loaded, superseded
-- Two sources may know one place: the one that knows it more closely says where it is, and how it is called;
-- what either tells beside is kept. So the order of loading does not matter, and loading again changes nothing.
-- Of two outlines of one area the finer stays, with the middle that was worked out from it.
WITH met AS (
    SELECT p.id, n.name, n.country, n.lon, n.lat, n.uncertainty_m, n.cell, n.cell_key, n.attributes, n.geom,
           n.geom IS NOT NULL AND (p.geom IS NULL OR (ST_NPoints(n.geom), ST_Area(n.geom))
                                                     >= (ST_NPoints(p.geom), ST_Area(p.geom))) AS is_finer,
           coalesce(p.run_id = %(run)s OR r.source_id = %(source)s OR p.lon IS NULL
                    OR n.uncertainty_m < p.uncertainty_m, false) AS is_closer
    FROM pg_temp.numbered_places AS n
    JOIN watchfloor.place AS p ON p.kind = n.kind AND p.code = n.code AND p.label_id = n.label_id
    JOIN watchfloor.run AS r ON r.id = p.run_id
    WHERE n.nth = 1
),
known AS (
    SELECT m.id, m.name, m.country, m.lon, m.lat, m.uncertainty_m, m.cell, m.cell_key, m.attributes, m.geom, m.is_finer,
           m.is_closer AND (m.geom IS NULL OR m.is_finer) AS wins
    FROM met AS m
),
changed AS (
    UPDATE watchfloor.place AS p
    SET name = CASE WHEN k.wins THEN k.name ELSE p.name END,
        country = CASE WHEN k.wins THEN coalesce(k.country, p.country) ELSE coalesce(p.country, k.country) END,
        lon = CASE WHEN k.wins THEN k.lon ELSE p.lon END,
        lat = CASE WHEN k.wins THEN k.lat ELSE p.lat END,
        uncertainty_m = CASE WHEN k.wins THEN k.uncertainty_m ELSE p.uncertainty_m END,
        cell = CASE WHEN k.wins THEN k.cell ELSE p.cell END,
        cell_key = CASE WHEN k.wins THEN k.cell_key ELSE p.cell_key END,
        run_id = CASE WHEN k.wins THEN %(run)s ELSE p.run_id END,
        attributes = p.attributes || k.attributes,
        geom = CASE WHEN k.is_finer THEN k.geom ELSE p.geom END
    FROM known AS k
    WHERE p.id = k.id
      AND (k.wins AND (p.name, p.lon, p.lat, p.uncertainty_m)
                      IS DISTINCT FROM (k.name, k.lon, k.lat, k.uncertainty_m)
           OR k.wins AND k.country <> p.country
           OR p.country IS NULL AND k.country IS NOT NULL
           OR NOT p.attributes @> k.attributes
           OR k.is_finer AND k.geom IS DISTINCT FROM p.geom)
    RETURNING p.label_id
),
added AS (
    INSERT INTO watchfloor.place
        (kind, code, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes, geom, run_id, label_id)
    SELECT n.kind, n.code, n.name, n.country, n.lon, n.lat, n.uncertainty_m, n.cell, n.cell_key, n.attributes, n.geom,
           %(run)s, n.label_id
    FROM pg_temp.numbered_places AS n
    WHERE n.nth = 1
    ON CONFLICT (kind, code, label_id) DO NOTHING
    RETURNING label_id
),
noted AS (
    INSERT INTO pg_temp.touched
    SELECT 'places', b.label_id, -1, 0 FROM (SELECT label_id FROM added UNION SELECT label_id FROM changed) AS b
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed)
