-- roll_up_events: bring the roll-up to the events that this file opened (+1) and closed (-1).
-- in: file. Levels 3, 5, 7 by month, 3 and 5 by year, 7 by day; cell 0 holds what has no place.
INSERT INTO watchfloor.event_rollup
    (kind, level, grain, substance_id, starts, cell, label_id, cell_key, n, kilograms, litres, dosage_units)
WITH delta AS (
    SELECT e.id, e.recorded_from, e.kind, e.label_id, coalesce(e.cell, 0) AS cell,
           (e.starts AT TIME ZONE 'UTC')::date AS day, c.sign
    FROM pg_temp.changed_events AS c
    JOIN watchfloor.event AS e ON e.id = c.id AND e.recorded_from = c.recorded_from
    WHERE c.file = %(file)s
),
item AS (
    SELECT d.kind, d.label_id, d.cell, d.day, d.sign, i.substance_id, d.sign AS n,
           d.sign * CASE WHEN i.unit = 'kg' THEN i.amount ELSE 0 END AS kilograms,
           d.sign * CASE WHEN i.unit = 'l' THEN i.amount ELSE 0 END AS litres,
           d.sign * CASE WHEN i.unit = 'du' THEN i.amount ELSE 0 END AS dosage_units
    FROM delta AS d
    JOIN watchfloor.seizure_item AS i ON i.event_id = d.id AND i.recorded_from = d.recorded_from
),
taken AS (
    SELECT kind, label_id, cell, day, substance_id, sum(n) AS n, sum(coalesce(kilograms, 0)) AS kilograms,
           sum(coalesce(litres, 0)) AS litres, sum(coalesce(dosage_units, 0)) AS dosage_units
    FROM item
    GROUP BY kind, label_id, cell, day, substance_id
    UNION ALL
    -- substance 0: every event once, with all that was taken at it
    SELECT kind, label_id, cell, day, 0, sum(n), sum(kilograms), sum(litres), sum(dosage_units)
    FROM (SELECT kind, label_id, cell, day, sign AS n, 0::float AS kilograms, 0::float AS litres, 0::float AS dosage_units
          FROM delta
          UNION ALL
          SELECT kind, label_id, cell, day, 0, coalesce(kilograms, 0), coalesce(litres, 0), coalesce(dosage_units, 0)
          FROM item) AS every
    GROUP BY kind, label_id, cell, day
),
shape (level, grain) AS (VALUES (3, 'y'), (5, 'y'), (3, 'm'), (5, 'm'), (7, 'm'), (7, 'd'))
SELECT t.kind, s.level, s.grain, t.substance_id,
       date_trunc(CASE s.grain WHEN 'y' THEN 'year' WHEN 'm' THEN 'month' ELSE 'day' END, t.day)::date AS starts,
       p.cell, t.label_id, p.cell & ~(15::bigint << 52),
       sum(t.n), sum(t.kilograms), sum(t.litres), sum(t.dosage_units)
FROM taken AS t
CROSS JOIN shape AS s
CROSS JOIN LATERAL (SELECT watchfloor.cell_parent(t.cell, s.level) AS cell) AS p
GROUP BY t.kind, s.level, s.grain, t.substance_id, 5, p.cell, t.label_id
-- in the order of the key: a tree that grows at one end is ten times quicker than one that is hit everywhere
ORDER BY t.kind, s.level, s.grain, t.substance_id, 5, p.cell, t.label_id
ON CONFLICT (kind, level, grain, substance_id, starts, cell, label_id) DO UPDATE
SET n = watchfloor.event_rollup.n + excluded.n,
    kilograms = watchfloor.event_rollup.kilograms + excluded.kilograms,
    litres = watchfloor.event_rollup.litres + excluded.litres,
    dosage_units = watchfloor.event_rollup.dosage_units + excluded.dosage_units
