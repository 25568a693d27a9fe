-- feed_heard: note that a live feed has told a batch, which a run has just published. In the run's own transaction.
-- in: feed run newest_valid (null: not told) heard dropped malformed (of this batch)
-- out: a row if the feed is not retired
UPDATE watchfloor.feed AS f
SET looked_at = clock_timestamp(),
    last_attempt = clock_timestamp(),
    last_success = clock_timestamp(),
    errors = 0,
    last_run_id = %(run)s,
    newest_valid = greatest(f.newest_valid, %(newest_valid)s::timestamptz),
    heard = f.heard + %(heard)s,
    dropped = f.dropped + %(dropped)s,
    malformed = f.malformed + %(malformed)s
WHERE f.id = %(feed)s
  AND f.retired_at IS NULL
RETURNING f.id
