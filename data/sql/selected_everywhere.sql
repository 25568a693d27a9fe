-- selected_everywhere: all that a selection needs to know of each event, of the whole world.
-- in: kind, since, until (moments)
-- out: bytes of id, starts, lon, lat, uncertainty_m (NaN where not known), cell_key (0 where there is none), label_id,
--      reliability and validity, as columns_of reads
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(timestamptz_send(e.starts), '') AS starts,
       string_agg(float8send(coalesce(e.lon, 'NaN')), '') AS lon, string_agg(float8send(coalesce(e.lat, 'NaN')), '') AS lat,
       string_agg(float4send(coalesce(e.uncertainty_m, 'NaN')), '') AS uncertainty_m,
       string_agg(int8send(coalesce(e.cell_key, 0)), '') AS cell_key, string_agg(int2send(e.label_id), '') AS label_id,
       string_agg(int2send(e.reliability), '') AS reliability, string_agg(int2send(e.validity), '') AS validity
FROM watchfloor.event AS e
WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
