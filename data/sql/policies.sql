-- policies: forced row policies on every table that carries a label. Re-runnable.
DO $$
DECLARE
    protected record;
    own_label text;
    is_seen text;
BEGIN
    FOR protected IN
        SELECT c.oid, c.relname AS name,
               EXISTS (SELECT 1 FROM pg_index AS i
                       JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
                       WHERE i.indrelid = c.oid AND a.attname = 'label_id') AS is_indexed,
               EXISTS (SELECT 1 FROM pg_attribute AS a
                       WHERE a.attrelid = c.oid AND a.attname = 'other_label_id' AND NOT a.attisdropped) AS is_of_two
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor'
        WHERE c.relkind IN ('r', 'p')
          AND (c.relname = 'label'
               OR EXISTS (SELECT 1 FROM pg_attribute AS a
                          WHERE a.attrelid = c.oid AND a.attname = 'label_id' AND NOT a.attisdropped))
    LOOP
        own_label := CASE protected.name WHEN 'label' THEN 'id' ELSE 'label_id' END;
        EXECUTE format('ALTER TABLE watchfloor.%I ENABLE ROW LEVEL SECURITY', protected.name);
        EXECUTE format('ALTER TABLE watchfloor.%I FORCE ROW LEVEL SECURITY', protected.name);
        EXECUTE format('DROP POLICY IF EXISTS scope_reads ON watchfloor.%I', protected.name);
        EXECUTE format('DROP POLICY IF EXISTS intake_writes ON watchfloor.%I', protected.name);
        EXECUTE format('DROP POLICY IF EXISTS keeper_reads ON watchfloor.%I', protected.name);
        -- the scalar sub-query is evaluated once for the question, not once for each row; an index can use a list only
        is_seen := CASE WHEN protected.is_indexed OR protected.name = 'label'
                        THEN '%I = ANY ((SELECT watchfloor.visible_labels())::smallint[])'
                        ELSE '((SELECT watchfloor.visible_mask())::boolean[])[%I]' END;
        EXECUTE format(
            'CREATE POLICY scope_reads ON watchfloor.%I FOR SELECT TO watchfloor_app USING (' || is_seen || '%s)',
            protected.name, own_label,
            CASE WHEN protected.name IN ('overdose', 'overdose_released') THEN ' AND (SELECT watchfloor.sees_health())'
                 ELSE '' END
            -- what was found of two records is for who may see both
            || CASE WHEN protected.is_of_two
                    THEN ' AND other_label_id = ANY ((SELECT watchfloor.visible_labels())::smallint[])' ELSE '' END
        );
        EXECUTE format(
            'CREATE POLICY intake_writes ON watchfloor.%I FOR ALL TO watchfloor_intake USING (true) WITH CHECK (true)',
            protected.name
        );
        IF protected.name IN ('label', 'entity', 'identifier', 'run', 'feed') THEN
            EXECUTE format(
                'CREATE POLICY keeper_reads ON watchfloor.%I FOR SELECT TO watchfloor_keeper USING (true)',
                protected.name
            );
        END IF;
    END LOOP;
END
$$;
