-- feed_failed: note that an attempt failed; the same file failing again, or the same fault of the folder, counts once.
-- in: feed error file (null: no file was reached) sha256 (null: likewise)
UPDATE watchfloor.feed AS f
SET last_attempt = clock_timestamp(),
    last_error = %(error)s,
    last_error_at = clock_timestamp(),
    errors = CASE WHEN f.errors > 0 AND f.last_sha256 IS NOT DISTINCT FROM %(sha256)s::bytea THEN f.errors
                  ELSE f.errors + 1 END,
    last_file = coalesce(%(file)s, f.last_file),
    last_sha256 = %(sha256)s
WHERE f.id = %(feed)s
