-- cells_of_events: the cells of events near a box, from the raw facts: for cells finer than the roll-up, for several
-- substances at once, and as known at an earlier moment.
-- in: kind, since, until (moments), firsts, lasts; out: bytes of id and cell (0 where not known), as columns_of reads
SELECT string_agg(uuid_send(e.id), '') AS id, string_agg(int8send(coalesce(e.cell, 0)), '') AS cell
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.cell
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
    OFFSET 0
) AS e
