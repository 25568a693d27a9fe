-- facet_texts: what a text is looked for in, of the seizures of a period, in small letters: as ILIKE compares.
-- in: since, until (moments); out: bytes of id, as columns_of reads; of the texts, each ended by a zero byte
SELECT string_agg(uuid_send(e.id), '') AS id,
       string_agg(convert_to(lower(e.title || ' ' || coalesce(e.place_name, '') || ' ' || e.attributes::text), 'UTF8')
                  || '\x00'::bytea, '') AS texts
FROM watchfloor.event AS e
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
