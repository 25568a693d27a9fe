-- publish_craft_identities: what craft of one file say who they are, and from when until when they were heard to say it.
-- in: run, label, file, temporary table stage_craft_identities
INSERT INTO watchfloor.craft_identity AS i
    (craft_id, run_id, aspect, value, heard_from, heard_to, identity, label_id)
SELECT c.id, %(run)s, s.aspect, s.value, min(s.heard_from AT TIME ZONE 'UTC'), max(s.heard_to AT TIME ZONE 'UTC'),
       s.identity, c.label_id
FROM pg_temp.stage_craft_identities AS s
JOIN watchfloor.craft AS c
  ON c.kind = s.kind AND c.identifier = s.identifier AND c.label_id = coalesce(s.label, %(label)s)
WHERE s.file = %(file)s
GROUP BY c.id, s.aspect, s.value, s.identity
ON CONFLICT (craft_id, run_id, aspect, value) DO UPDATE
SET heard_from = least(i.heard_from, excluded.heard_from), heard_to = greatest(i.heard_to, excluded.heard_to)
