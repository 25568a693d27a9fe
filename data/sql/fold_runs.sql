-- fold_runs: the row of the run that stays tells what all of them did.
-- in: kept, folded (array, kept not among them), steps
UPDATE watchfloor.run AS r
SET "read" = r."read" + f."read",
    loaded = r.loaded + f.loaded,
    unchanged = r.unchanged + f.unchanged,
    superseded = r.superseded + f.superseded,
    started_at = f.started_at,
    options = r.options || jsonb_build_object('from', f.since, 'steps', %(steps)s::integer)
FROM (SELECT sum(o."read")::bigint AS "read", sum(o.loaded)::bigint AS loaded, sum(o.unchanged)::bigint AS unchanged,
             sum(o.superseded)::bigint AS superseded, min(o.started_at) AS started_at,
             (array_agg(o.options ->> 'from' ORDER BY o.id))[1] AS since
      FROM watchfloor.run AS o
      WHERE o.id = ANY (%(folded)s)) AS f
WHERE r.id = %(kept)s
