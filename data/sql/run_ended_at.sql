-- run_ended_at: when a run was published, as far as the reader may see the run. in: run; out: moment
SELECT r.finished_at
FROM watchfloor.run AS r
WHERE r.id = %(run)s
