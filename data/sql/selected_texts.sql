-- selected_texts: titles and names of places of given events, to sort and to look through them.
-- in: ids (uuid array); out: bytes of id, and titles and places in that order with a zero byte behind each
SELECT string_agg(uuid_send(e.id), '') AS id,
       string_agg(convert_to(e.title, 'UTF8') || '\x00'::bytea, '') AS titles,
       string_agg(convert_to(coalesce(e.place_name, ''), 'UTF8') || '\x00'::bytea, '') AS places
FROM watchfloor.event AS e
WHERE e.id = ANY (%(ids)s::uuid[]) AND e.recorded_to = 'infinity'
