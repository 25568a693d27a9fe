-- rolled_events: the events of some chunks, in columns of bytes, one after the other, big-endian.
-- in: temporary table chunk_events; first, last (numbers of chunks, both included)
-- out: chunks, days, cells
SELECT string_agg(int4send(c.chunk), '') AS chunks, string_agg(int4send(c.day), '') AS days,
       string_agg(int8send(c.cell), '') AS cells
FROM pg_temp.chunk_events AS c
WHERE c.chunk BETWEEN %(first)s AND %(last)s
