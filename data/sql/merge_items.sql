-- merge_items: what was taken of one substance at one event becomes one item; the store has room for one.
-- in: temporary table stage_seizure_items
-- The same row twice counts once; others are summed over the unit that says most (kg, then l, then du), and the
-- originals are all kept, one after the other.
WITH several AS (
    SELECT i.file, i.id, i.substance_id
    FROM pg_temp.stage_seizure_items AS i
    GROUP BY i.file, i.id, i.substance_id
    HAVING count(*) > 1
),
taken_out AS (
    DELETE FROM pg_temp.stage_seizure_items AS i
    USING several AS s
    WHERE i.file = s.file AND i.id = s.id AND i.substance_id = s.substance_id
    RETURNING i.file, i.id, i.event_key, i.substance_id, i.amount, i.unit, i.original, i.label
),
once AS (
    SELECT DISTINCT t.file, t.id, t.event_key, t.substance_id, t.amount, t.unit, t.original, t.label,
           min(array_position(ARRAY['kg', 'l', 'du'], t.unit))
               OVER (PARTITION BY t.file, t.id, t.substance_id) AS chosen
    FROM taken_out AS t
),
merged AS (
    SELECT o.file, o.id, o.event_key, o.substance_id,
           sum(o.amount) FILTER (WHERE o.unit = (ARRAY['kg', 'l', 'du'])[o.chosen]) AS amount,
           (ARRAY['kg', 'l', 'du'])[o.chosen] AS unit, string_agg(o.original, ' + ' ORDER BY o.original) AS original,
           min(o.label) AS label
    FROM once AS o
    GROUP BY o.file, o.id, o.event_key, o.substance_id, o.chosen
)
INSERT INTO pg_temp.stage_seizure_items (file, id, own, event_key, substance_id, amount, unit, original, label)
SELECT m.file, m.id, md5(row(m.substance_id, m.amount, m.unit, m.original, m.label)::text)::uuid, m.event_key,
       m.substance_id, m.amount, m.unit, m.original, m.label
FROM merged AS m
