-- kept: whose a kept thing is, when it was written and what it follows: set by the store, never told. Re-runnable;
-- applied by every upgrade before the policies.

-- The account behind the scope of this transaction, if it may keep anything: null for walls, for the public and
-- without a scope.
CREATE OR REPLACE FUNCTION watchfloor.asker()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT p.name FROM sealed.principal AS p
    WHERE p.id = ((sealed.scope_fields())[2])::integer AND p.kind IN ('person', 'service')
$$;

CREATE OR REPLACE FUNCTION watchfloor.asker_agency()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT a.code
    FROM sealed.principal AS p
    JOIN watchfloor.agency AS a ON a.id = p.agency_id
    WHERE p.id = ((sealed.scope_fields())[2])::integer
$$;

-- Whether the account behind the scope of this transaction may operate the store now.
CREATE OR REPLACE FUNCTION watchfloor.asker_operates()
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT EXISTS (
        SELECT FROM sealed.entitlement AS e
        JOIN sealed.principal AS p ON p.id = e.principal_id AND p.kind IN ('person', 'service')
        WHERE p.id = ((sealed.scope_fields())[2])::integer AND e.entitled_to = 'operate'
          AND e.starts <= now() AND (e.ends IS NULL OR now() < e.ends))
$$;

-- Whether the reader may see the record that something is about. Not a sub-query of the policy: that of `kept` would
-- ask itself.
CREATE OR REPLACE FUNCTION watchfloor.sees_about(about_kind text, about_id text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    seen smallint[] := watchfloor.visible_labels();
BEGIN
    -- one question in each branch: a cast in another's would be worked out too
    IF about_kind = 'case' THEN
        RETURN EXISTS (SELECT FROM watchfloor.case_file AS f WHERE f.id = about_id::uuid AND f.label_id = ANY (seen));
    ELSIF about_kind = 'entity' THEN
        RETURN EXISTS (SELECT FROM watchfloor.entity AS e WHERE e.id = about_id::uuid AND e.label_id = ANY (seen));
    ELSIF about_kind = 'place' THEN
        RETURN EXISTS (SELECT FROM watchfloor.place AS p WHERE p.id = about_id::integer AND p.label_id = ANY (seen));
    ELSIF about_kind = 'kept' THEN
        RETURN EXISTS (
            SELECT FROM watchfloor.kept AS k
            WHERE k.id = sees_about.about_id::uuid AND k.label_id = ANY (seen) AND k.recorded_to = 'infinity'
              AND (NOT k.is_private OR k.author = watchfloor.asker())
              AND (k.about_kind IS NULL OR watchfloor.sees_about(k.about_kind, k.about_id)));
    END IF;
    RETURN false;
END
$$;

-- The first version of an id, or the next of one that this very transaction has ended: whether it might was decided by
-- the policy of ending.
CREATE OR REPLACE FUNCTION watchfloor.follow_kept()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    before record;
BEGIN
    SELECT k.version, k.kind, k.about_kind, k.about_id, k.recorded_to INTO before
    FROM watchfloor.kept AS k
    WHERE k.id = NEW.id
    ORDER BY k.version DESC
    LIMIT 1;
    IF (NOT FOUND AND NEW.version = 1)
       OR (FOUND AND NEW.version = before.version + 1 AND before.recorded_to = now()
           AND (NEW.kind, NEW.about_kind, NEW.about_id)
               IS NOT DISTINCT FROM (before.kind, before.about_kind, before.about_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a kept thing begins with its first version and follows its own' USING ERRCODE = 'WF003';
END
$$;

CREATE OR REPLACE TRIGGER follow_kept BEFORE INSERT ON watchfloor.kept
FOR EACH ROW EXECUTE FUNCTION watchfloor.follow_kept();

ALTER TABLE watchfloor.kept ALTER COLUMN author SET DEFAULT watchfloor.asker();
ALTER TABLE watchfloor.look ALTER COLUMN who SET DEFAULT watchfloor.asker();
ALTER TABLE watchfloor.dissemination ALTER COLUMN who SET DEFAULT watchfloor.asker();
ALTER TABLE watchfloor.dissemination ALTER COLUMN agency SET DEFAULT watchfloor.asker_agency();
ALTER TABLE watchfloor.partner_layer ALTER COLUMN author SET DEFAULT watchfloor.asker();

-- Who kept these things or added these layers of partners, as a person is called and where to reach them: of what the
-- asker may see, and of nobody else.
CREATE OR REPLACE FUNCTION watchfloor.kept_by(things uuid[])
RETURNS TABLE (account text, display_name text, agency text, watch_phone text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT DISTINCT p.name, p.display_name, a.code, a.watch_phone
    FROM watchfloor.kept AS k
    JOIN sealed.principal AS p ON p.name = k.author
    LEFT JOIN watchfloor.agency AS a ON a.id = p.agency_id
    WHERE k.id = ANY (things)
      AND k.label_id = ANY ((SELECT watchfloor.visible_labels())::smallint[])
      AND (NOT k.is_private OR k.author = (SELECT watchfloor.asker()))
      AND (k.about_kind IS NULL OR watchfloor.sees_about(k.about_kind, k.about_id))
    UNION
    SELECT p.name, p.display_name, a.code, a.watch_phone
    FROM watchfloor.partner_layer AS l
    JOIN sealed.principal AS p ON p.name = l.author
    LEFT JOIN watchfloor.agency AS a ON a.id = p.agency_id
    WHERE l.id = ANY (things)
      AND l.label_id = ANY ((SELECT watchfloor.visible_labels())::smallint[])
$$;
