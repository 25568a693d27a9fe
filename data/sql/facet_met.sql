-- facet_met: which seizures of a period meet some conditions, those that columns do not tell.
-- in: since, until (moments), and what the conditions take
-- out: bytes of id, as columns_of reads
SELECT string_agg(uuid_send(e.id), '') AS id
FROM watchfloor.event AS e
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
