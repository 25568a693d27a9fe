-- seizure_places: where each seizure was, for points and areas on the map; as cells_everywhere.
-- in: kind, since, until (moments)
-- out: bytes of id, lon, lat, uncertainty_m (NaN where not known) and cell_key (0 where not known), as columns_of reads
SELECT string_agg(uuid_send(e.id), '') AS id,
       string_agg(float8send(coalesce(e.lon, 'NaN')), '') AS lon, string_agg(float8send(coalesce(e.lat, 'NaN')), '') AS lat,
       string_agg(float4send(coalesce(e.uncertainty_m, 'NaN')), '') AS uncertainty_m,
       string_agg(int8send(coalesce(e.cell_key, 0)), '') AS cell_key
FROM watchfloor.event AS e
WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
