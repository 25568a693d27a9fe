-- arrived_track_events: events of a preset in ranges of cells that were found after a moment, the newest first.
-- in: firsts, lasts (ranges of keys; none: everywhere), since, preset, kinds
-- out: kind, craft_id, name of the craft, name of the other craft, starts, lon, lat, found_at
SELECT e.kind, e.craft_id, coalesce(c.name, c.identifier), coalesce(o.name, o.identifier), e.starts, e.lon, e.lat, e.found_at
FROM watchfloor.track_event AS e
JOIN watchfloor.craft AS c ON c.id = e.craft_id
LEFT JOIN watchfloor.craft AS o ON o.id = e.other_craft_id
WHERE e.found_at > %(since)s::timestamptz AND e.preset = %(preset)s AND e.kind = ANY (%(kinds)s::text[])
  AND (cardinality(%(firsts)s::bigint[]) = 0
       OR EXISTS (SELECT FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
                  WHERE e.cell_key >= k.first AND e.cell_key <= k.last))
ORDER BY e.starts DESC, e.id
