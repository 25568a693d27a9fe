-- run_ended_at: when the run of a publication ended, as far as the reader may see the run. in: version (the publication's
-- number); out: moment
SELECT r.finished_at
FROM watchfloor.run AS r
WHERE r.id = (SELECT v.version FROM watchfloor.data_version AS v WHERE v.published = %(version)s LIMIT 1)
