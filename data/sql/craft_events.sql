-- craft_events: events of one craft that touch a period, in the order of time; as the other craft of an encounter, too.
-- in: craft, since, until, at_most
-- out: id, kind, preset, craft_id, name, other_craft_id, its name, starts, ends, lon, lat, evidence, label_id, other_label_id
SELECT e.id, e.kind, e.preset, e.craft_id, coalesce(c.name, c.identifier), e.other_craft_id,
       coalesce(o.name, o.identifier), e.starts, e.ends, e.lon, e.lat, e.evidence, e.label_id, e.other_label_id
FROM watchfloor.track_event AS e
JOIN watchfloor.craft AS c ON c.id = e.craft_id
LEFT JOIN watchfloor.craft AS o ON o.id = e.other_craft_id
WHERE (e.craft_id = %(craft)s::integer OR e.other_craft_id = %(craft)s::integer)
  AND e.starts < %(until)s::timestamptz
  AND e.ends >= %(since)s::timestamptz
ORDER BY e.starts, e.preset, e.id
LIMIT %(at_most)s
