-- trend_everywhere: the beginnings and cells of events of the whole world, from the raw facts; as cells_everywhere.
-- in: kind, since, until (moments); out: bytes of id, starts and cell (0 where not known), as columns_of reads
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(timestamptz_send(e.starts), '') AS starts,
       string_agg(int8send(coalesce(e.cell, 0)), '') AS cell
FROM watchfloor.event AS e
WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
