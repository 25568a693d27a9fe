-- close_reported: versions that the numbered values change end now.
-- in: moment, temporary table numbered; out: how many
-- What an earlier file of this very run said and this one corrects was never the store's: it leaves no version.
WITH changed AS (
    SELECT n.series_id, n.starts
    FROM pg_temp.numbered AS n
    WHERE n.nth = 1
      AND NOT n.is_same
),
dropped AS (
    DELETE FROM watchfloor.reported AS r
    USING changed AS c
    WHERE r.series_id = c.series_id
      AND r.starts = c.starts
      AND r.recorded_to = 'infinity'
      AND r.recorded_from = %(moment)s
    RETURNING r.starts
),
closed AS (
    UPDATE watchfloor.reported AS r
    SET recorded_to = %(moment)s
    FROM changed AS c
    WHERE r.series_id = c.series_id
      AND r.starts = c.starts
      AND r.recorded_to = 'infinity'
      AND r.recorded_from < %(moment)s
    RETURNING r.starts
)
SELECT (SELECT count(*) FROM dropped) + (SELECT count(*) FROM closed)
