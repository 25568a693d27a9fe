-- tables_of_the_store: every table that a backup holds, in the order of their names.
-- out: schema, name. The signing key stays where it is: a restored store makes its own.
SELECT n.nspname, c.relname
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('watchfloor', 'sealed', 'truth')
  AND c.relkind = 'r'
  AND (n.nspname, c.relname) <> ('sealed', 'signing_key')
ORDER BY n.nspname, c.relname
