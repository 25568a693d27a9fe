-- touched_fixes: note the regions and years of the positions that were taken.
-- in: run, file, first, last (moments of the staged ones), is_met (whether some were not taken), temporary tables numbered_crafts and touched
INSERT INTO pg_temp.touched
SELECT DISTINCT 'tracks', n.label_id, r.region, r.year
FROM pg_temp.stage_fix_regions AS r
JOIN pg_temp.numbered_crafts AS n ON n.number = r.number
WHERE r.file = %(file)s
  AND NOT %(is_met)s
UNION
SELECT DISTINCT 'tracks', n.label_id, watchfloor.cell_region(f.cell_key), extract(year FROM s.at)::smallint
FROM pg_temp.stage_fixes AS s
JOIN pg_temp.numbered_crafts AS n ON n.number = s.number
JOIN watchfloor.fix AS f ON f.craft_id = n.craft_id AND f.at = s.at AT TIME ZONE 'UTC' AND f.run_id = %(run)s
WHERE s.file = %(file)s
  AND f.at >= %(first)s::timestamptz
  AND f.at <= %(last)s::timestamptz
  AND %(is_met)s
