-- selected_in_ranges: the same of events in ranges of cells.
-- in: kind, since, until (moments), firsts, lasts (ranges of keys); out: as selected_everywhere
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(timestamptz_send(e.starts), '') AS starts,
       string_agg(float8send(coalesce(e.lon, 'NaN')), '') AS lon, string_agg(float8send(coalesce(e.lat, 'NaN')), '') AS lat,
       string_agg(float4send(coalesce(e.uncertainty_m, 'NaN')), '') AS uncertainty_m,
       string_agg(int8send(coalesce(e.cell_key, 0)), '') AS cell_key, string_agg(int2send(e.label_id), '') AS label_id,
       string_agg(int2send(e.reliability), '') AS reliability, string_agg(int2send(e.validity), '') AS validity
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.starts, e.lon, e.lat, e.uncertainty_m, e.cell_key, e.label_id, e.reliability, e.validity
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
    OFFSET 0
) AS e
