-- roll_up_events: pack the touched chunks of the roll-up anew, from the events that are current now.
-- in: temporary tables touched_chunks, whose chunks the roll-up no longer has, and chunk_events
-- Level 7 by day, level 3 by year (an entry's day is then the first of the year). Entries of a chunk stand in columns,
-- one after the other, big-endian: days since 1970, cells, counts, kilograms. Substance 0 holds every event once, with
-- all that was taken at it. An item under another label than its event's would carry its weight across: it stays out.
-- Entries are sorted before they are packed: hashed, each group would hold four buffers until the last row.
INSERT INTO watchfloor.event_rollup
    (kind, level, substance_id, year, region, label_id, entries, total, days, cells, n, kilograms)
WITH item AS (
    SELECT c.chunk, c.cell, c.day, i.substance_id,
           CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END AS kilograms
    FROM pg_temp.chunk_events AS c
    JOIN watchfloor.seizure_item AS i
      ON i.event_id = c.id AND i.recorded_from = c.recorded_from AND i.label_id = c.label_id
),
said AS (
    SELECT chunk, 0::smallint AS substance_id, day, cell, 1 AS n, 0::float AS kilograms FROM pg_temp.chunk_events
    UNION ALL
    SELECT chunk, 0::smallint, day, cell, 0, kilograms FROM item
    UNION ALL
    SELECT chunk, substance_id, day, cell, 1, kilograms FROM item
),
by_day AS MATERIALIZED (
    SELECT s.chunk, s.substance_id, s.day, s.cell, sum(s.n)::integer AS n, sum(s.kilograms) AS kilograms
    FROM said AS s
    GROUP BY s.chunk, s.substance_id, s.day, s.cell
),
entry AS (
    SELECT d.chunk, 7::smallint AS level, d.substance_id, d.day, d.cell, d.n, d.kilograms
    FROM by_day AS d
    UNION ALL
    SELECT d.chunk, 3::smallint, d.substance_id, NULL, watchfloor.cell_parent(d.cell, 3), sum(d.n)::integer,
           sum(d.kilograms)
    FROM by_day AS d
    GROUP BY d.chunk, d.substance_id, watchfloor.cell_parent(d.cell, 3)
),
packed AS (
    SELECT e.chunk, e.level, e.substance_id, count(*) AS entries, sum(e.n) AS total,
           string_agg(int4send(e.day), '') AS days, string_agg(int8send(e.cell), '') AS cells,
           string_agg(int4send(e.n), '') AS n, string_agg(float8send(e.kilograms), '') AS kilograms
    FROM (SELECT e.chunk, e.level, e.substance_id, e.day, e.cell, e.n, e.kilograms
          FROM entry AS e
          ORDER BY e.chunk, e.level, e.substance_id) AS e
    GROUP BY e.chunk, e.level, e.substance_id
)
SELECT t.kind, p.level, p.substance_id, t.year, t.region, t.label_id, p.entries, p.total,
       coalesce(p.days, ''), p.cells, p.n, p.kilograms
FROM packed AS p
JOIN pg_temp.touched_chunks AS t USING (chunk)
ORDER BY p.level, p.substance_id, t.year, t.region, t.label_id, t.kind
