-- kept_things: what was kept and may be seen, the newest first, each with who began it.
-- in: id (or null for any), kinds (array, empty for any), about_kind, about_id (null for any), at_most
-- out: id, version, kind, name, body, label_id, author, is_private, is_own, about_kind, about_id, at, begun_by, begun_at
SELECT k.id, k.version, k.kind, k.name, k.body, k.label_id, k.author, k.is_private,
       k.author = (SELECT watchfloor.asker()) AS is_own, k.about_kind, k.about_id, k.recorded_from,
       coalesce(f.author, k.author), coalesce(f.recorded_from, k.recorded_from)
FROM watchfloor.kept AS k
LEFT JOIN watchfloor.kept AS f ON f.id = k.id AND f.version = 1
WHERE k.recorded_to = 'infinity'
  AND (%(id)s::uuid IS NULL OR k.id = %(id)s::uuid)
  AND (cardinality(%(kinds)s::text[]) = 0 OR k.kind = ANY (%(kinds)s::text[]))
  AND (%(about_id)s::text IS NULL OR k.about_kind = %(about_kind)s::text AND k.about_id = %(about_id)s::text)
ORDER BY k.recorded_from DESC, k.id
LIMIT %(at_most)s
