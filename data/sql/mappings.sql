-- mappings: versions of kept mappings, by name and newest first, as far as the reader may see them.
-- in: name, owner, version, number (each null: any), with_text
-- out: id, owner agency, name, version, text (empty unless asked for), digest (hexadecimal), columns, fingerprint of the
--      header, label, made by, at, retired by, at
SELECT m.id, o.code, m.name, m.version, CASE WHEN %(with_text)s THEN m.toml ELSE '' END,
       encode(m.sha256, 'hex'), m.columns, m.fingerprint, m.label_id, m.made_by, m.made_at, m.retired_by, m.retired_at
FROM watchfloor.mapping AS m
JOIN watchfloor.agency AS o ON o.id = m.owner_id
WHERE (%(name)s::text IS NULL OR m.name = %(name)s)
  AND (%(owner)s::text IS NULL OR o.code = %(owner)s)
  AND (%(version)s::integer IS NULL OR m.version = %(version)s)
  AND (%(number)s::integer IS NULL OR m.id = %(number)s)
ORDER BY m.name, o.code, m.version DESC
