-- keep_fixes_said: positions of one file that the store had, just so, from another run.
-- in: run, label, file, rows (of one part), temporary table met_fixes
INSERT INTO watchfloor.run_said (run_id, frame, part, label_id, numbers, moments)
SELECT %(run)s, 'fixes', %(file)s * 100000 + s.part, %(label)s, array_agg(s.craft_id), array_agg(s.at)
FROM (SELECT m.craft_id, m.at, row_number() OVER () / %(rows)s AS part
      FROM pg_temp.met_fixes AS m
      WHERE m.nth = 1
        AND m.known_by <> %(run)s
        AND m.is_same) AS s
GROUP BY s.part
