-- feed_succeeded: note that a run has published a feed's file; the same twice changes nothing more.
-- in: feed run file sha256 newest_valid (null: not told) newest_file
UPDATE watchfloor.feed AS f
SET last_attempt = r.finished_at,
    last_success = r.finished_at,
    errors = 0,
    last_run_id = r.id,
    last_file = %(file)s,
    last_sha256 = %(sha256)s,
    newest_valid = greatest(f.newest_valid, %(newest_valid)s::timestamptz),
    newest_file = greatest(f.newest_file, %(newest_file)s::timestamptz)
FROM watchfloor.run AS r
WHERE f.id = %(feed)s AND r.id = %(run)s
