-- facet_events: what seizures of a period may be narrowed by.
-- in: since, until (moments)
-- out: bytes of id, starts (microseconds since 2000-01-01 UTC), cell_key (0 where not known), label, reliability,
-- validity and precision, as columns_of reads; of conveyance and concealment, each ended by a zero byte
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(timestamptz_send(e.starts), '') AS starts,
       string_agg(int8send(coalesce(e.cell_key, 0)), '') AS cell_key,
       string_agg(int2send(e.label_id), '') AS label, string_agg(int2send(e.reliability), '') AS reliability,
       string_agg(int2send(e.validity), '') AS validity, string_agg(int2send(e.place_precision), '') AS precision,
       string_agg(convert_to(coalesce(e.attributes ->> 'conveyance', ''), 'UTF8'), '\x00'::bytea) AS conveyances,
       string_agg(convert_to(coalesce(e.attributes ->> 'concealment', ''), 'UTF8'), '\x00'::bytea) AS concealments
FROM watchfloor.event AS e
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
