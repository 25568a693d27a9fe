-- data_versions: the latest publication of what the reader may see, per layer, region and year, and the run that it was of;
-- of events of tracks, which no run brings, the moment at which the newest was found (microseconds since 1970).
-- in: nothing; out: layer, region (-1: everywhere), year (0: ever), version, run (null: none)
SELECT v.layer, v.region, v.year, max(v.published), (array_agg(v.version ORDER BY v.published DESC))[1]
FROM watchfloor.data_version AS v
GROUP BY v.layer, v.region, v.year
UNION ALL
SELECT 'events', -1, 0, (extract(epoch FROM max(t.found_at)) * 1000000)::bigint, NULL
FROM watchfloor.track_event AS t
HAVING max(t.found_at) IS NOT NULL
