-- tables_without_policy: tables and views of the store that no forced row policy protects, but should.
-- in: open (names of tables that are the same for every reader)
-- out: name
SELECT c.relname
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'watchfloor'
  AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
  AND c.relname <> ALL (%(open)s)
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'scope_reads')
           -- policies add up: one that does not ask who reads opens the table
           AND NOT EXISTS (SELECT 1 FROM pg_policy AS p
                           WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
                             AND p.polroles && ARRAY[0::oid, (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = 'watchfloor_app')]
                             AND pg_get_expr(p.polqual, p.polrelid) !~ '(visible_labels|visible_mask|asker)\(\)'))
ORDER BY c.relname
