-- note_newest_fixes: when the craft of one file were heard last, if that was within the last hour.
-- in: file, temporary tables stage_fixes and numbered_crafts
-- a clock that is ahead must not hide where its craft is now
INSERT INTO watchfloor.newest_fix AS n (craft_id, at, label_id)
SELECT m.craft_id, max(s.at AT TIME ZONE 'UTC'), m.label_id
FROM pg_temp.numbered_crafts AS m
JOIN pg_temp.stage_fixes AS s ON s.number = m.number
WHERE m.last > clock_timestamp() - interval '1 hour'
  AND s.file = %(file)s
  AND s.at AT TIME ZONE 'UTC' BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '1 minute'
GROUP BY m.craft_id, m.label_id
ORDER BY m.craft_id
ON CONFLICT (craft_id) DO UPDATE SET at = excluded.at WHERE n.at < excluded.at
