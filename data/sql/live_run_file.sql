-- live_run_file: the source of an open run and its counts so far, where others have their files.
-- in: run, name, counts, label
INSERT INTO watchfloor.run_file (run_id, ordinal, name, sha256, bytes, counts, label_id)
VALUES (%(run)s, 0, %(name)s, '', 0, %(counts)s, %(label)s)
ON CONFLICT (run_id, ordinal) DO UPDATE SET counts = excluded.counts
