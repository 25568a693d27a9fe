-- feed_failed: note that a file failed; the same file failing again counts once. A fault of folder or store is told, but
-- counts as no file's: it is over when the watcher looks again.
-- in: feed error file (null: no file was reached) sha256 (null: likewise)
UPDATE watchfloor.feed AS f
SET last_attempt = CASE WHEN %(sha256)s::bytea IS NULL THEN f.last_attempt ELSE clock_timestamp() END,
    last_error = %(error)s,
    last_error_at = clock_timestamp(),
    errors = CASE WHEN %(sha256)s::bytea IS NULL OR f.errors > 0 AND f.last_sha256 = %(sha256)s::bytea THEN f.errors
                  ELSE f.errors + 1 END,
    last_file = coalesce(%(file)s, f.last_file),
    last_sha256 = coalesce(%(sha256)s::bytea, f.last_sha256)
WHERE f.id = %(feed)s
