-- fixes_many: whether more positions of a period near a box match than may be shown; neither sorted nor sent.
-- in: since, until, firsts, lasts, at_most; out: number, at_most at the most; 0 where the table is too small for it
SELECT CASE WHEN (SELECT t.reltuples FROM pg_class AS t WHERE t.oid = 'watchfloor.fix'::regclass) < %(at_most)s THEN 0
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
