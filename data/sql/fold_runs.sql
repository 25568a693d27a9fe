-- fold_runs: the row of the run that stays tells what all of them did.
-- in: kept, folded (array, kept not among them; it may be empty), steps
UPDATE watchfloor.run AS r
SET "read" = r."read" + f."read",
    loaded = r.loaded + f.loaded,
    unchanged = r.unchanged + f.unchanged,
    superseded = r.superseded + f.superseded,
    started_at = coalesce(f.started_at, r.started_at),
    options = r.options || jsonb_build_object('from', coalesce(f.since, r.options ->> 'from'), 'steps', %(steps)s::integer)
FROM (SELECT coalesce(sum(o."read"), 0)::bigint AS "read", coalesce(sum(o.loaded), 0)::bigint AS loaded,
             coalesce(sum(o.unchanged), 0)::bigint AS unchanged, coalesce(sum(o.superseded), 0)::bigint AS superseded,
             min(o.started_at) AS started_at,
             (array_agg(o.options ->> 'from' ORDER BY o.id))[1] AS since
      FROM watchfloor.run AS o
      WHERE o.id = ANY (%(folded)s)) AS f
WHERE r.id = %(kept)s
