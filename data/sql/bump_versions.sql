-- bump_versions: count up what this run changed, per layer, label, region and year, and tell the servers. Runs publish in
-- another order than they begin: the number of the publication, one for all of it, is taken under the lock of publications.
-- in: run, and one row per change in the temporary table touched (layer, label_id, region, year)
WITH bumped AS (
    INSERT INTO watchfloor.data_version (layer, label_id, region, year, version, published)
    SELECT DISTINCT t.layer, t.label_id, t.region, t.year, %(run)s, (SELECT nextval('watchfloor.publication'))
    FROM pg_temp.touched AS t
    ON CONFLICT (layer, label_id, region, year)
    DO UPDATE SET version = excluded.version, published = excluded.published
    RETURNING layer, label_id
)
SELECT pg_notify('watchfloor_changed', b.layer || ' ' || b.label_id)
FROM (SELECT DISTINCT layer, label_id FROM bumped) AS b
