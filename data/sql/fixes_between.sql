-- fixes_between: which steps of craft from one fix to another have a further fix between them.
-- in: crafts, froms (a second after the first fix), tos (of the same length), known_at (null: now); out: nth (from 1)
SELECT k.nth
FROM unnest(%(crafts)s::integer[], %(froms)s::timestamptz[], %(tos)s::timestamptz[])
     WITH ORDINALITY AS k (craft, from_at, to_at, nth)
WHERE EXISTS (
    SELECT
    FROM watchfloor.fix AS f
    WHERE f.craft_id = k.craft AND f.at >= k.from_at AND f.at < k.to_at
      AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
)
