-- keep_conflicting_fixes: a craft is at one place at a time: another position for a moment goes into the quarantine.
-- in: run, label, name, temporary table met_fixes
-- The store's own position is the first; where it had none, the first of the file.
INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
SELECT %(run)s, %(name)s, coalesce(m.line, 0), 'at', left(concat_ws(' ', m.identifier, m.at), 500),
       'the same craft and moment are known with different values; the first was kept', %(label)s
FROM pg_temp.met_fixes AS m
WHERE NOT m.is_same
