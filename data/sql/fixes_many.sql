-- fixes_many: whether more positions of a period near a box match than may be shown; neither sorted nor sent.
-- moments come as such: the planner knows them, and leaves the tables of other days out
-- in: since, until (moments), first_day, last_day (of them), firsts, lasts, at_most; out: number, at_most at the most; 0 where the days of the period hold too few
SELECT CASE WHEN (SELECT coalesce(sum(d.n_fixes), 0)
                  FROM watchfloor.track_day AS d
                  WHERE d.day >= %(first_day)s::date
                    AND d.day <= %(last_day)s::date) < %(at_most)s THEN 0
       ELSE (
           SELECT count(*)
           FROM (
               SELECT
               FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
               CROSS JOIN LATERAL (
                   SELECT f.craft_id
                   FROM watchfloor.fix AS f
                   WHERE f.cell_key >= k.first AND f.cell_key <= k.last
                     AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
                   OFFSET 0
               ) AS f
               LIMIT %(at_most)s
           ) AS m
       ) END
