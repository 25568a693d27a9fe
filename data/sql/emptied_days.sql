-- emptied_days: tables of UTC days whose positions all went.
-- out: name
SELECT t.name
FROM (SELECT 'fix_' || to_char(d.day, 'YYYYMMDD') AS name
      FROM watchfloor.track_day AS d
      GROUP BY d.day
      HAVING sum(d.n_fixes) = 0) AS t
JOIN pg_class AS c ON c.relname = t.name
JOIN pg_inherits AS i ON i.inhrelid = c.oid AND i.inhparent = 'watchfloor.fix'::regclass
ORDER BY t.name
