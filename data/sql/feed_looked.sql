-- feed_looked: note that the listener of a live feed is there, what it dropped, and whether its connection stands.
-- in: feed heard dropped malformed (since it noted so last) error (null: the connection stands)
-- out: a row if the feed is not retired
UPDATE watchfloor.feed AS f
SET looked_at = clock_timestamp(),
    heard = f.heard + %(heard)s,
    dropped = f.dropped + %(dropped)s,
    malformed = f.malformed + %(malformed)s,
    errors = CASE WHEN %(error)s::text IS NULL THEN 0 ELSE f.errors + 1 END,
    last_error = coalesce(%(error)s, f.last_error),
    last_error_at = CASE WHEN %(error)s::text IS NULL THEN f.last_error_at ELSE clock_timestamp() END
WHERE f.id = %(feed)s
  AND f.retired_at IS NULL
RETURNING f.id
