-- publish_reported: numbered values that have no current version become one; the years that they change are noted.
-- in: run, label, temporary tables numbered and touched; out: how many
WITH opened AS (
    INSERT INTO watchfloor.reported (series_id, starts, ends, value, amount, original, run_id, label_id, recorded_from)
    SELECT n.series_id, n.starts, n.ends, n.value, n.amount, n.original, %(run)s, %(label)s, clock_timestamp()
    FROM pg_temp.numbered AS n
    WHERE n.nth = 1
      AND NOT EXISTS (SELECT 1
                      FROM watchfloor.reported AS r
                      WHERE r.series_id = n.series_id
                        AND r.starts = n.starts
                        AND r.recorded_to = 'infinity')
    RETURNING starts
),
noted AS (
    INSERT INTO pg_temp.touched
    SELECT DISTINCT 'reported', %(label)s::smallint, -1, extract(year FROM o.starts)::smallint
    FROM opened AS o
)
SELECT count(*) FROM opened
