-- keep_reported_said: values of one file that the store had from another run.
-- in: run, label, file, rows (of one part), temporary table numbered
INSERT INTO watchfloor.run_said (run_id, frame, part, label_id, numbers, days, moments)
SELECT %(run)s, 'reported', %(file)s * 100000 + s.part, %(label)s, array_agg(s.series_id), array_agg(s.starts),
       array_agg(s.recorded_from)
FROM (SELECT r.series_id, r.starts, r.recorded_from, row_number() OVER () / %(rows)s AS part
      FROM pg_temp.numbered AS n
      JOIN watchfloor.reported AS r
        ON r.series_id = n.series_id AND r.starts = n.starts AND r.recorded_to = 'infinity'
      WHERE n.nth = 1
        AND r.run_id <> %(run)s) AS s
GROUP BY s.part
