-- rolled_items: what was taken at the events of some chunks, in columns of bytes, one after the other, big-endian.
-- in: temporary table chunk_events; first, last (numbers of chunks, both included)
-- out: chunks, days, cells, substances, kilograms
-- An item under another label than its event's would carry its weight across: it stays out.
SELECT string_agg(int4send(c.chunk), '') AS chunks, string_agg(int4send(c.day), '') AS days,
       string_agg(int8send(c.cell), '') AS cells, string_agg(int2send(i.substance_id), '') AS substances,
       string_agg(float8send(CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END), '') AS kilograms
FROM pg_temp.chunk_events AS c
JOIN watchfloor.seizure_item AS i
  ON i.event_id = c.id AND i.recorded_from = c.recorded_from AND i.label_id = c.label_id
WHERE c.chunk BETWEEN %(first)s AND %(last)s
