-- fixes_may_meet: whether the store has positions of a staged craft in the time of the staged ones, how many are staged,
-- and from when to when.
-- in: temporary table numbered_crafts; out: staged, may_meet, first, last
SELECT coalesce(sum(n.n), 0)::bigint AS staged,
       EXISTS (SELECT 1
               FROM pg_temp.numbered_crafts AS m
               CROSS JOIN LATERAL (SELECT 1
                                   FROM watchfloor.fix AS f
                                   WHERE f.craft_id = m.craft_id AND f.at >= m.first AND f.at <= m.last
                                   LIMIT 1) AS f) AS may_meet,
       min(n.first) AS first,
       max(n.last) AS last
FROM pg_temp.numbered_crafts AS n
