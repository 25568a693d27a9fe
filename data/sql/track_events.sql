-- track_events: events of a preset near a box that touch a period, the newest first.
-- in: firsts, lasts (ranges of cell keys), since, until, preset, kinds (empty: all), at_most
-- out: id, kind, preset, craft_id, name, other_craft_id, its name, starts, ends, lon, lat, evidence, label_id, other_label_id
SELECT e.id, e.kind, e.preset, e.craft_id, coalesce(c.name, c.identifier), e.other_craft_id,
       coalesce(o.name, o.identifier), e.starts, e.ends, e.lon, e.lat, e.evidence, e.label_id, e.other_label_id
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.kind, e.preset, e.craft_id, e.other_craft_id, e.starts, e.ends, e.lon, e.lat, e.evidence, e.label_id,
           e.other_label_id
    FROM watchfloor.track_event AS e
    WHERE e.cell_key >= k.first
      AND e.cell_key <= k.last
      AND e.preset = %(preset)s
      AND (cardinality(%(kinds)s::text[]) = 0 OR e.kind = ANY (%(kinds)s::text[]))
      AND e.starts < %(until)s::timestamptz
      AND e.ends >= %(since)s::timestamptz
    OFFSET 0
) AS e
JOIN watchfloor.craft AS c ON c.id = e.craft_id
LEFT JOIN watchfloor.craft AS o ON o.id = e.other_craft_id
ORDER BY e.starts DESC, e.id
LIMIT %(at_most)s
