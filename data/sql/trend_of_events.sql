-- trend_of_events: the beginnings and cells of events near a box, from the raw facts: for several substances at once,
-- and as known at an earlier moment.
-- in: kind, since, until (moments), firsts, lasts; out: bytes of id, starts and cell (0 where not known), as columns_of
-- reads
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(timestamptz_send(e.starts), '') AS starts,
       string_agg(int8send(coalesce(e.cell, 0)), '') AS cell
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.cell, e.starts
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
    OFFSET 0
) AS e
