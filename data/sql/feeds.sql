-- feeds: watched folders and how each is served, as far as the reader may see them.
-- in: feed (null: all), retired (whether retired ones are meant too)
-- out: columns named as the fields of data.feeds.Feed; label_id in place of the label
SELECT f.id, f.created_at, f.expected, make_interval(secs => f.every_s) AS every, f.looked_at, f.last_success, f.errors,
       coalesce(f.newest_valid, f.newest_file) AS newest, clock_timestamp() AS asked_at,
       f.name, f.format, f.folder, f.mapping, f.label_id, f.created_by, f.retired_by, f.retired_at, f.last_attempt,
       f.last_error, f.last_error_at, f.last_run_id AS last_run, f.last_file, f.is_live, f.heard, f.dropped, f.malformed
FROM watchfloor.feed AS f
WHERE (%(feed)s::integer IS NULL OR f.id = %(feed)s)
  AND (f.retired_at IS NULL OR %(retired)s)
ORDER BY f.name, f.id
