-- run_provenance: where runs come from: source, licence and input files, as far as the reader may see the run.
-- in: runs (integer array)
-- out: id, format, source, publisher, licence, ended, names and digests (hexadecimal) of the files in their order,
--      reliability and validity (null: not known of an older run), kept mapping with its version (null: none to tell of)
SELECT r.id, r.format, coalesce(s.title, r.format) AS source, coalesce(s.publisher, '') AS publisher,
       coalesce(s.licence, '') AS licence, coalesce(r.recorded_at, r.finished_at, r.started_at) AS ended,
       coalesce(array_agg(f.name ORDER BY f.ordinal) FILTER (WHERE length(f.sha256) > 0), '{}') AS names,
       coalesce(array_agg(encode(f.sha256, 'hex') ORDER BY f.ordinal) FILTER (WHERE length(f.sha256) > 0), '{}')
           AS digests,
       r.reliability, r.validity, m.name || ' version ' || m.version
FROM watchfloor.run AS r
LEFT JOIN watchfloor.source AS s ON s.id = r.source_id
LEFT JOIN watchfloor.mapping AS m ON m.id = r.mapping_id
LEFT JOIN watchfloor.run_file AS f ON f.run_id = r.id
WHERE r.id = ANY (%(runs)s::integer[])
GROUP BY r.id, s.id, m.id
