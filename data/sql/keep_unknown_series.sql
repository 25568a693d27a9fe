-- keep_unknown_series: values of series that the store cannot place or measure go into the quarantine.
-- in: run, label, file, name
INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
SELECT %(run)s, %(name)s, coalesce(s.line, 0), CASE WHEN n.measure_id IS NULL THEN 'measure' ELSE 'place' END,
       left(CASE WHEN n.measure_id IS NULL THEN n.measure ELSE concat_ws(' ', n.place_kind, n.place_code) END, 500),
       CASE WHEN n.measure_id IS NULL THEN 'is not a measure of the vocabulary'
            ELSE 'is not a place of this store: load the list that has it first' END,
       %(label)s
FROM pg_temp.stage_reported AS s
JOIN pg_temp.named AS n USING (number)
WHERE s.file = %(file)s
  AND NOT n.is_known
