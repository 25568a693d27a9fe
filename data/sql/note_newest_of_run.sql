-- note_newest_of_run: when the craft of one run were heard last, if that was within the last hour.
-- in: run, moment (of its publication)
-- a clock that is ahead must not hide where its craft is now
INSERT INTO watchfloor.newest_fix AS n (craft_id, at, label_id)
SELECT f.craft_id, max(f.at), f.label_id
FROM watchfloor.fix AS f
WHERE f.at > %(moment)s::timestamptz - interval '1 hour'
  AND f.at <= %(moment)s::timestamptz + interval '1 minute'
  AND f.run_id = %(run)s
GROUP BY f.craft_id, f.label_id
ORDER BY f.craft_id
ON CONFLICT (craft_id) DO UPDATE SET at = excluded.at WHERE n.at < excluded.at
