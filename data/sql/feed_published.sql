-- feed_published: the newest run that published for a feed, if it is of this very file: then that file is loaded.
-- in: feed sha256. out: run
-- a file that came back after others has been loaded since is loaded once more: it may tell the earlier state again
SELECT newest.id
FROM (
    SELECT r.id
    FROM watchfloor.run AS r
    JOIN watchfloor.feed AS f ON f.id = %(feed)s
    WHERE r.status = 'published'
      AND r.id > coalesce(f.last_run_id, 0) - 1
      AND r.options ->> 'feed' = f.id::text
    ORDER BY r.id DESC
    LIMIT 1
) AS newest
JOIN watchfloor.run_file AS file ON file.run_id = newest.id
WHERE file.sha256 = %(sha256)s
