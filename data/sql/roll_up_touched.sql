-- roll_up_touched: the chunks of the roll-up whose events this run opened or closed, numbered.
-- in: temporary table moved_events; out: temporary table touched_chunks
CREATE TEMPORARY TABLE touched_chunks ON COMMIT DROP AS
SELECT t.kind, t.year, t.region, t.label_id, row_number() OVER ()::integer AS chunk
FROM (SELECT DISTINCT m.chunk_region AS region, m.label_id, m.year, m.kind FROM pg_temp.moved_events AS m) AS t
