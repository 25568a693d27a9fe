-- rolled_up: chunks of the roll-up for parts of a period and ranges of regions.
-- in: kind, substance, parts as levels, first_years, last_years (arrays), regions as firsts, lasts (arrays of the last
-- keys of regions); out: level, days, cells, n, kilograms (columns of entries, as roll_up_events.sql packs them)
SELECT r.level, r.days, r.cells, r.n, r.kilograms
FROM unnest(%(levels)s::smallint[], %(first_years)s::smallint[], %(last_years)s::smallint[])
         AS p (level, first_year, last_year)
CROSS JOIN unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    -- OFFSET 0 keeps this a look-up per part and range: the planner cannot know how narrow they are
    SELECT r.level, r.days, r.cells, r.n, r.kilograms
    FROM watchfloor.event_rollup AS r
    WHERE r.kind = %(kind)s AND r.level = p.level AND r.substance_id = %(substance)s
      AND r.year >= p.first_year AND r.year <= p.last_year
      AND r.region >= k.first AND r.region <= k.last
    OFFSET 0
) AS r
