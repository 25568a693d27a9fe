-- publish_crafts: staged vessels and aircraft become the store's; the latest name given is kept.
-- in: run, label, file, namespace
INSERT INTO watchfloor.craft (kind, identifier, name, category, attributes, entity_id, run_id, label_id)
SELECT DISTINCT ON (s.kind, s.identifier, coalesce(s.label, %(label)s))
       s.kind, s.identifier, s.name, s.category, coalesce(s.attributes, '{}')::jsonb,
       md5(%(namespace)s || '|' || s.entity_key)::uuid, %(run)s, coalesce(s.label, %(label)s)
FROM pg_temp.stage_crafts AS s
WHERE s.file = %(file)s
ORDER BY s.kind, s.identifier, coalesce(s.label, %(label)s), s.name NULLS LAST
ON CONFLICT (kind, identifier, label_id) DO UPDATE
SET name = coalesce(excluded.name, watchfloor.craft.name),
    attributes = watchfloor.craft.attributes || excluded.attributes,
    entity_id = coalesce(excluded.entity_id, watchfloor.craft.entity_id)
