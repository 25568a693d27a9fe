-- run_files: the files of one run, with the head of their table where it is kept, and what stands in the quarantine.
-- in: run. out: ordinal, name, digest (hexadecimal), bytes, counts, table head, rejected rows, of those kept as they stood
SELECT f.ordinal, f.name, encode(f.sha256, 'hex'), f.bytes, f.counts, f.table_head, count(q.id), count(q.raw)
FROM watchfloor.run_file AS f
LEFT JOIN watchfloor.quarantine AS q ON q.run_id = f.run_id AND q.file = f.name
WHERE f.run_id = %(run)s
GROUP BY f.run_id, f.ordinal
ORDER BY f.ordinal
