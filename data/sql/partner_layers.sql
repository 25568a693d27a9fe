-- partner_layers: layers of partners, the newest first.
-- in: id (one of them, or null), known_at (only for an earlier moment), at_most
-- out: all that is told of each; may_remove: whether the reader added it or operates the store
SELECT l.id, l.name, l.colour, l.file, l.format, l.sha256, l.size, l.n, l.set_aside, l.notes, l.box, l.author,
       l.recorded_from,
       coalesce(l.author = watchfloor.asker() OR watchfloor.asker_operates(), false) AS may_remove,
       l.label_id
FROM watchfloor.partner_layer AS l
WHERE l.recorded_to = 'infinity'
  AND (%(id)s::uuid IS NULL OR l.id = %(id)s::uuid)
ORDER BY l.recorded_from DESC, l.id
LIMIT %(at_most)s
