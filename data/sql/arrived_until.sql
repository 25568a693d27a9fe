-- arrived_until: the newest moment of recording of facts, and of finding events of tracks, that the reader may know of.
-- in: nothing; out: facts, events (null for none)
SELECT (SELECT max(r.recorded_at) FROM watchfloor.run AS r) AS facts,
       (SELECT max(t.found_at) FROM watchfloor.track_event AS t) AS events
