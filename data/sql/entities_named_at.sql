-- entities_named_at: entities whose name or identifier held a text, as known at a moment. Without an index: the row
-- policy goes first, as for every question; rare, and a scan of the entities alone.
-- in: text, at_most, known_at; out: id, pole, kind, name, label_id
SELECT e.id, e.pole, e.kind, e.name, e.label_id
FROM watchfloor.entity AS e
WHERE e.recorded_from <= %(known_at)s AND e.recorded_to > %(known_at)s
  AND (position(lower(%(text)s) IN lower(e.name)) > 0
       OR e.id IN (SELECT i.entity_id
                   FROM watchfloor.identifier AS i
                   WHERE i.recorded_from <= %(known_at)s AND i.recorded_to > %(known_at)s
                     AND position(lower(%(text)s) IN lower(i.value)) > 0))
ORDER BY e.name, e.id
LIMIT %(at_most)s
