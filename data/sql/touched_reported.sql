-- touched_reported: note the years that the numbered values change.
-- in: label, temporary tables numbered and touched
INSERT INTO pg_temp.touched
SELECT DISTINCT 'reported', %(label)s::smallint, -1, extract(year FROM d.starts)::smallint
FROM (SELECT DISTINCT n.starts FROM pg_temp.numbered AS n WHERE n.nth = 1 AND n.is_same IS NOT TRUE) AS d
