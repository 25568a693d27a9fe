-- keep_crafts_said: what one file told of vessels and aircraft, for the day when a run is taken back.
-- in: run, label, file
INSERT INTO watchfloor.craft_said (run_id, file, kind, identifier, label_id, name, category, attributes, entity_key)
SELECT DISTINCT %(run)s::integer, %(file)s::smallint, s.kind, s.identifier, coalesce(s.label, %(label)s)::smallint,
       s.name, s.category, coalesce(s.attributes, '{}'), s.entity_key
FROM pg_temp.stage_crafts AS s
WHERE s.file = %(file)s
