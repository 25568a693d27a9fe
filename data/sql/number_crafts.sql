-- number_crafts: the store's craft behind each number of staged positions of one file, how many, and from when to when.
-- in: label, file; out: temporary table numbered_crafts
CREATE TEMPORARY TABLE numbered_crafts ON COMMIT DROP AS
SELECT s.number, c.id AS craft_id, c.label_id, k.identifier, s.n, s.first AT TIME ZONE 'UTC' AS first,
       s.last AT TIME ZONE 'UTC' AS last
FROM (SELECT p.number, sum(p.n)::bigint AS n, min(p.first) AS first, max(p.last) AS last
      FROM pg_temp.stage_fix_spans AS p
      WHERE p.file = %(file)s
      GROUP BY p.number) AS s
JOIN pg_temp.stage_fix_crafts AS k ON k.number = s.number
JOIN watchfloor.craft AS c
  ON c.kind = k.craft_kind AND c.identifier = k.identifier AND c.label_id = coalesce(k.label, %(label)s)
