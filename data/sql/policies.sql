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
        IF protected.name IN ('label', 'entity', 'identifier', 'run', 'feed', 'case_file', 'place', 'kept',
                              'partner_layer', 'search_entry', 'case_member') THEN
            EXECUTE format(
                'CREATE POLICY keeper_reads ON watchfloor.%I FOR SELECT TO watchfloor_keeper USING (true)',
                protected.name
            );
        END IF;
    END LOOP;
END
$$;

-- What people keep: written by pages under the same scope, so what may be written stands here too. Everything is
-- written in the writer's own name and at this moment, under a label and about a record that the writer may see.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['kept', 'kept_bytes', 'look', 'dissemination', 'partner_layer', 'partner_feature'] LOOP
        EXECUTE format('ALTER TABLE watchfloor.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE watchfloor.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS scope_reads ON watchfloor.%I', name);
        EXECUTE format('DROP POLICY IF EXISTS intake_writes ON watchfloor.%I', name);
        EXECUTE format('DROP POLICY IF EXISTS scope_keeps ON watchfloor.%I', name);
        EXECUTE format('DROP POLICY IF EXISTS scope_ends ON watchfloor.%I', name);
    END LOOP;
END
$$;

CREATE POLICY scope_reads ON watchfloor.kept FOR SELECT TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND (NOT is_private OR author = (SELECT watchfloor.asker()))
    AND (about_kind IS NULL OR watchfloor.sees_about(about_kind, about_id))
);
CREATE POLICY scope_keeps ON watchfloor.kept FOR INSERT TO watchfloor_app WITH CHECK (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND author = (SELECT watchfloor.asker())
    AND recorded_from = now() AND recorded_to = 'infinity' AND ended_by IS NULL
    AND (about_kind IS NULL OR watchfloor.sees_about(about_kind, about_id))
);
-- one's own, and the tasks and members of a team: whoever may see a task may do it
CREATE POLICY scope_ends ON watchfloor.kept FOR UPDATE TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND recorded_to = 'infinity'
    AND (author = (SELECT watchfloor.asker())
         OR (kind IN ('task', 'member') AND NOT is_private AND (SELECT watchfloor.asker()) IS NOT NULL))
    AND (about_kind IS NULL OR watchfloor.sees_about(about_kind, about_id))
) WITH CHECK (recorded_to = now() AND ended_by = (SELECT watchfloor.asker()));

CREATE POLICY scope_reads ON watchfloor.kept_bytes FOR SELECT TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND EXISTS (SELECT FROM watchfloor.kept AS k WHERE k.id = kept_id)
);
CREATE POLICY scope_keeps ON watchfloor.kept_bytes FOR INSERT TO watchfloor_app WITH CHECK (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND EXISTS (SELECT FROM watchfloor.kept AS k
                WHERE k.id = kept_id AND k.kind = 'attachment' AND k.label_id = kept_bytes.label_id
                  AND k.author = (SELECT watchfloor.asker()) AND k.recorded_from = now())
);

CREATE POLICY scope_reads ON watchfloor.look FOR SELECT TO watchfloor_app USING (who = (SELECT watchfloor.asker()));
CREATE POLICY scope_keeps ON watchfloor.look FOR INSERT TO watchfloor_app WITH CHECK (
    who = (SELECT watchfloor.asker()) AND at = now() AND watchfloor.sees_about(about_kind, about_id)
);

CREATE POLICY scope_reads ON watchfloor.dissemination FOR SELECT TO watchfloor_app USING (
    labels <@ (SELECT watchfloor.visible_labels())::smallint[]
);
CREATE POLICY scope_keeps ON watchfloor.dissemination FOR INSERT TO watchfloor_app WITH CHECK (
    labels <@ (SELECT watchfloor.visible_labels())::smallint[]
    AND who = (SELECT watchfloor.asker()) AND at = now()
);

-- Layers of partners: added in the adder's own name under a label that they see; features with their layer alone.
-- Who added one removes it, or who operates the store.
CREATE POLICY scope_reads ON watchfloor.partner_layer FOR SELECT TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
);
CREATE POLICY scope_keeps ON watchfloor.partner_layer FOR INSERT TO watchfloor_app WITH CHECK (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND author = (SELECT watchfloor.asker())
    AND recorded_from = now() AND recorded_to = 'infinity' AND ended_by IS NULL
);
CREATE POLICY scope_ends ON watchfloor.partner_layer FOR UPDATE TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND recorded_to = 'infinity'
    AND (author = (SELECT watchfloor.asker()) OR (SELECT watchfloor.asker_operates()))
) WITH CHECK (recorded_to = now() AND ended_by = (SELECT watchfloor.asker()));

CREATE POLICY scope_reads ON watchfloor.partner_feature FOR SELECT TO watchfloor_app USING (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
);
CREATE POLICY scope_keeps ON watchfloor.partner_feature FOR INSERT TO watchfloor_app WITH CHECK (
    ((SELECT watchfloor.visible_mask())::boolean[])[label_id]
    AND EXISTS (SELECT FROM watchfloor.partner_layer AS l
                WHERE l.id = layer_id AND l.label_id = partner_feature.label_id
                  AND l.author = (SELECT watchfloor.asker()) AND l.recorded_from = now())
);
