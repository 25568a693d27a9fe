-- publish_crafts: staged vessels and aircraft become the store's; a name or kind that was unknown is filled in.
-- in: run, label, file, namespace, temporary table touched
WITH told AS (
    INSERT INTO watchfloor.craft AS c (kind, identifier, name, category, attributes, entity_id, run_id, label_id)
    SELECT DISTINCT ON (s.kind, s.identifier, coalesce(s.label, %(label)s))
           s.kind, s.identifier, s.name, s.category, coalesce(s.attributes, '{}')::jsonb,
           md5(%(namespace)s || '|' || s.entity_key)::uuid, %(run)s, coalesce(s.label, %(label)s)
    FROM pg_temp.stage_crafts AS s
    WHERE s.file = %(file)s
    ORDER BY s.kind, s.identifier, coalesce(s.label, %(label)s), s.name IS NULL, s.category = 'other', s.name,
             s.attributes DESC
    ON CONFLICT (kind, identifier, label_id) DO UPDATE
    SET name = coalesce(excluded.name, c.name),
        category = CASE WHEN excluded.category = 'other' THEN c.category ELSE excluded.category END,
        attributes = c.attributes || excluded.attributes,
        entity_id = coalesce(excluded.entity_id, c.entity_id)
    WHERE (coalesce(excluded.name, c.name), coalesce(excluded.entity_id, c.entity_id), c.attributes || excluded.attributes)
          IS DISTINCT FROM (c.name, c.entity_id, c.attributes)
       OR excluded.category NOT IN (c.category, 'other')
    RETURNING label_id
)
INSERT INTO pg_temp.touched
SELECT DISTINCT 'tracks', t.label_id, -1, 0
FROM told AS t
