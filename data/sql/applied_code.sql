-- applied_code: one digest of the policies, functions, triggers and rights that stand in the store, from the catalogue alone:
-- no table is locked. Tables of single days come and go with what is loaded; their policies are those of the whole.
-- in: nothing; out: digest
WITH own AS (
    SELECT n.oid, n.nspname, n.nspacl FROM pg_namespace AS n WHERE n.nspname IN ('watchfloor', 'sealed', 'truth')
),
tables AS (
    SELECT c.oid, concat_ws('.', n.nspname, c.relname) AS name, c.relrowsecurity, c.relforcerowsecurity, c.relacl
    FROM pg_class AS c
    JOIN own AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relname !~ '^fix_[0-9]{8}$'
),
rights AS (
    SELECT 'database' AS name, datacl AS acl FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT nspname, nspacl FROM own
    UNION ALL SELECT nspname, nspacl FROM pg_namespace WHERE nspname = 'public'
    UNION ALL SELECT name, relacl FROM tables
    UNION ALL SELECT concat_ws('.', t.name, a.attname), a.attacl
              FROM pg_attribute AS a JOIN tables AS t ON t.oid = a.attrelid WHERE a.attacl IS NOT NULL
    UNION ALL SELECT p.oid::text, p.proacl FROM pg_proc AS p JOIN own AS n ON n.oid = p.pronamespace
),
said AS (
    SELECT concat_ws(' ', 'table', name, relrowsecurity, relforcerowsecurity) AS line FROM tables
    UNION ALL
    SELECT concat_ws(' ', 'policy', t.name, p.polname, p.polcmd, p.polpermissive, p.polroles, p.polqual::text,
                     p.polwithcheck::text)
    FROM pg_policy AS p JOIN tables AS t ON t.oid = p.polrelid
    UNION ALL
    SELECT concat_ws(' ', 'function', p.oid, p.proname, p.proargtypes, p.proowner, p.prolang, p.provolatile, p.prosecdef,
                     p.proparallel, p.proconfig, p.prosrc)
    FROM pg_proc AS p JOIN own AS n ON n.oid = p.pronamespace
    UNION ALL
    SELECT concat_ws(' ', 'trigger', t.name, g.tgname, g.tgfoid, g.tgenabled, g.tgtype)
    FROM pg_trigger AS g JOIN tables AS t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'right', r.name, a.grantor, a.grantee, a.privilege_type, a.is_grantable)
    FROM rights AS r CROSS JOIN LATERAL aclexplode(r.acl) AS a
    -- nothing said of rights is not the same as no rights
    UNION ALL SELECT concat_ws(' ', 'rights', r.name, r.acl IS NULL) FROM rights AS r
)
SELECT encode(sha256(convert_to(string_agg(line, E'\n' ORDER BY line COLLATE "C"), 'UTF8')), 'hex') FROM said
