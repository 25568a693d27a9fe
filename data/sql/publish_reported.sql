-- publish_reported: numbered values become the store's; a value is the same if it differs by float noise only.
-- in: run, label, file, name; out: added, superseded, staged, quarantined
-- A value that stands twice in one file for the same period: the first is kept; another value is kept aside.
WITH twice AS (
    INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
    SELECT %(run)s, %(name)s, coalesce(n.line, 0), 'value', n.value::text,
           'the same series and period stand twice in this file with different values; the first was kept', %(label)s
    FROM numbered AS n
    JOIN numbered AS f ON f.series_id = n.series_id AND f.starts = n.starts AND f.nth = 1
    WHERE n.nth > 1
      AND (n.value, n.amount, n.original) IS DISTINCT FROM (f.value, f.amount, f.original)
    RETURNING 1
),
closed AS (
    UPDATE watchfloor.reported AS r
    SET recorded_to = clock_timestamp()
    FROM numbered AS n
    WHERE n.nth = 1 AND r.series_id = n.series_id AND r.starts = n.starts AND r.recorded_to = 'infinity'
      AND (abs(r.value - n.value) > 1e-6 * greatest(abs(r.value), abs(n.value))
           OR (r.amount IS NULL) <> (n.amount IS NULL)
           OR abs(r.amount - n.amount) > 1e-6 * greatest(abs(r.amount), abs(n.amount)))
    RETURNING r.series_id, r.starts
),
added AS (
    INSERT INTO watchfloor.reported
        (series_id, starts, ends, value, amount, original, run_id, label_id, recorded_from)
    SELECT n.series_id, n.starts, n.ends, n.value, n.amount, n.original, %(run)s, %(label)s, clock_timestamp()
    FROM numbered AS n
    WHERE n.nth = 1
      AND (EXISTS (SELECT 1 FROM closed AS c WHERE c.series_id = n.series_id AND c.starts = n.starts)
           OR NOT EXISTS (SELECT 1 FROM watchfloor.reported AS r
                          WHERE r.series_id = n.series_id AND r.starts = n.starts AND r.recorded_to = 'infinity'))
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM closed), (SELECT count(*) FROM numbered),
       (SELECT count(*) FROM twice)
