-- fix_days: positions of one UTC day in a table of their own, made by the run that loads into that day first.
-- Re-runnable; applied by every upgrade. A run may fill the new table as long as it is no part of `fix` yet; afterwards
-- nobody but the owner has any right on it, and reading and writing go through `fix` and its policies alone.
-- To be called under the lock of publications: two runs of one new day come one after the other.
CREATE OR REPLACE FUNCTION watchfloor.begin_fix_day(day date)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := 'fix_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF to_regclass(format('watchfloor.%I', name)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE watchfloor.%I (LIKE watchfloor.fix INCLUDING DEFAULTS)', name);
    EXECUTE format('REVOKE ALL ON watchfloor.%I FROM PUBLIC', name);
    EXECUTE format('GRANT INSERT ON watchfloor.%I TO watchfloor_intake', name);
    RETURN true;
END
$$;

-- Indexes are made of all rows at once: one entry after the other takes four times as long. Policies are those
-- of the whole.
CREATE OR REPLACE FUNCTION watchfloor.attach_fix_day(day date)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := 'fix_' || to_char(day, 'YYYYMMDD');
    policy record;
BEGIN
    EXECUTE format('REVOKE ALL ON watchfloor.%I FROM watchfloor_intake', name);
    EXECUTE format('ALTER TABLE watchfloor.%I ADD CONSTRAINT %I PRIMARY KEY (craft_id, at)', name, 'pk_' || name);
    EXECUTE format('CREATE INDEX %I ON watchfloor.%I (cell_key)', 'ix_' || name || '_key', name);
    EXECUTE format('CREATE INDEX %I ON watchfloor.%I USING brin (at)', 'ix_' || name || '_at', name);
    EXECUTE format(
        'INSERT INTO watchfloor.track_day AS t (label_id, day, version, n_fixes) '
        'SELECT f.label_id, %L::date, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, count(*) '
        'FROM watchfloor.%I AS f GROUP BY f.label_id ORDER BY f.label_id '
        'ON CONFLICT (label_id, day) DO UPDATE '
        'SET version = greatest(excluded.version, t.version + 1), n_fixes = t.n_fixes + excluded.n_fixes',
        to_char(day, 'YYYY-MM-DD'), name
    );
    EXECUTE format('ALTER TABLE watchfloor.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE watchfloor.%I FORCE ROW LEVEL SECURITY', name);
    FOR policy IN SELECT p.polname, CASE p.polcmd WHEN 'r' THEN 'SELECT' ELSE 'ALL' END AS command,
                         (SELECT string_agg(quote_ident(r.rolname), ', ') FROM pg_roles AS r WHERE r.oid = ANY (p.polroles))
                             AS roles,
                         pg_get_expr(p.polqual, p.polrelid) AS is_seen,
                         ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')' AS checked
                  FROM pg_policy AS p
                  WHERE p.polrelid = 'watchfloor.fix'::regclass LOOP
        EXECUTE format('CREATE POLICY %I ON watchfloor.%I FOR %s TO %s USING (%s)%s', policy.polname, name,
                       policy.command, policy.roles, policy.is_seen, policy.checked);
    END LOOP;
    EXECUTE format(
        'ALTER TABLE watchfloor.fix ATTACH PARTITION watchfloor.%I FOR VALUES FROM (%L) TO (%L)',
        name, to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00'
    );
END
$$;
