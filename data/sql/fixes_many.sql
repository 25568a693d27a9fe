-- fixes_many: whether more positions of a period near a box match than may be shown; neither sorted nor sent.
-- days are cast so that the planner knows the moment, and leaves the tables of other days out
-- in: since, until, firsts, lasts, at_most; out: number, at_most at the most; 0 where the days of the period hold too few
SELECT CASE WHEN (SELECT coalesce(sum(d.n_fixes), 0)
                  FROM watchfloor.track_day AS d
                  WHERE d.day >= %(since)s::date
                    AND d.day < %(until)s::date) < %(at_most)s THEN 0
       ELSE (
           SELECT count(*)
           FROM (
               SELECT
               FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
               CROSS JOIN LATERAL (
                   SELECT f.craft_id
                   FROM watchfloor.fix AS f
                   WHERE f.cell_key >= k.first AND f.cell_key <= k.last
                     AND f.at >= %(since)s::date::timestamp AT TIME ZONE 'UTC' AND f.at < %(until)s::date::timestamp AT TIME ZONE 'UTC'
                   OFFSET 0
               ) AS f
               LIMIT %(at_most)s
           ) AS m
       ) END
