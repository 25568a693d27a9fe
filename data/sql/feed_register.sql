-- feed_register: a feed of that name and label, made, or found and told its present cadence and mapping.
-- in: name format folder mapping expected every_s by label is_live
-- out: id; no row if the name stands for another folder or format
INSERT INTO watchfloor.feed AS f (name, format, folder, mapping, expected, every_s, created_by, label_id, is_live)
VALUES (%(name)s, %(format)s, %(folder)s, %(mapping)s, %(expected)s, %(every_s)s, %(by)s, %(label)s, %(is_live)s)
ON CONFLICT (label_id, name) WHERE retired_at IS NULL DO UPDATE
SET mapping = excluded.mapping,
    expected = coalesce(excluded.expected, f.expected),
    every_s = excluded.every_s
WHERE f.folder = excluded.folder AND f.format = excluded.format
RETURNING f.id
