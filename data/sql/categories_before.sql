-- categories_before: what kinds of craft those of one file were, before it tells of them.
-- in: label, file; out: temporary table categories_before
CREATE TEMPORARY TABLE categories_before ON COMMIT DROP AS
SELECT c.id, c.category
FROM (SELECT DISTINCT s.kind, s.identifier, coalesce(s.label, %(label)s)::smallint AS label_id
      FROM pg_temp.stage_crafts AS s
      WHERE s.file = %(file)s) AS s
JOIN watchfloor.craft AS c ON c.kind = s.kind AND c.identifier = s.identifier AND c.label_id = s.label_id
