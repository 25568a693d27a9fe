-- functions: the scope, the sign-ins and the arithmetic that policies and questions stand on.
-- Re-runnable; applied by every upgrade after the numbered migrations.

-- ---------------------------------------------------------------- cells
CREATE OR REPLACE FUNCTION watchfloor.cell_parent(cell bigint, resolution integer)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN ((cell >> 52) & 15) <= resolution THEN cell
        ELSE (cell & ~(15::bigint << 52))
             | (resolution::bigint << 52)
             | ((1::bigint << (3 * (15 - resolution))) - 1)
    END
$$;

-- only a superuser may call a function leakproof; without that, questions are as right and some are slower
DO $$
BEGIN
    IF (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user) THEN
        ALTER FUNCTION watchfloor.cell_parent(bigint, integer) LEAKPROOF;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION watchfloor.cell_region(cell bigint)
RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN cell <> 0 THEN ((cell >> 45) & 127)::smallint ELSE -1::smallint END
$$;

-- ---------------------------------------------------------------- the scope of a transaction
-- The setting is signed: any role may write it, only these functions know the key. It is bound to
-- the number of its transaction, so that a copy is worth nothing in another one.
CREATE OR REPLACE FUNCTION sealed.scope_fields()
RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    setting text := current_setting('watchfloor.scope', true);
    body text;
    signature text;
    secret bytea;
BEGIN
    IF setting IS NULL OR setting = '' OR position('#' IN setting) = 0 THEN
        RETURN NULL;
    END IF;
    body := split_part(setting, '#', 1);
    signature := split_part(setting, '#', 2);
    SELECT k.key INTO secret FROM sealed.signing_key AS k WHERE k.id = 1;
    IF secret IS NULL OR encode(public.hmac(convert_to(body, 'UTF8'), secret, 'sha256'), 'hex') <> signature THEN
        RETURN NULL;
    END IF;
    IF split_part(body, '|', 1) IS DISTINCT FROM pg_current_xact_id_if_assigned()::text THEN
        RETURN NULL;
    END IF;
    RETURN string_to_array(body, '|');
END
$$;

CREATE OR REPLACE FUNCTION watchfloor.visible_labels()
RETURNS smallint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT coalesce(((sealed.scope_fields())[4])::smallint[], '{}'::smallint[])
$$;

-- The same as claims, by number of label, null behind the last that is visible: a row's own is looked up at once, where
-- a list is searched for each row from its beginning.
CREATE OR REPLACE FUNCTION watchfloor.visible_mask()
RETURNS boolean[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    WITH seen AS (SELECT l.id FROM unnest(watchfloor.visible_labels()) AS l (id))
    SELECT array_agg(s.id IS NOT NULL ORDER BY n.id)
    FROM generate_series(1, (SELECT max(s.id) FROM seen AS s)) AS n (id)
    LEFT JOIN seen AS s ON s.id = n.id
$$;

CREATE OR REPLACE FUNCTION watchfloor.sees_health()
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT coalesce((sealed.scope_fields())[3] = 'health', false)
$$;

-- The rule of geo/scope.py, for every label at once.
CREATE OR REPLACE FUNCTION sealed.labels_of(asker integer)
RETURNS smallint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    WITH held AS (
        SELECT e.entitled_to, e.value
        FROM sealed.entitlement AS e
        WHERE e.principal_id = asker
          AND e.starts <= now()
          AND (e.ends IS NULL OR now() < e.ends)
    ),
    clearance AS (
        SELECT coalesce(max(h.value::integer), 0) AS tier FROM held AS h WHERE h.entitled_to = 'tier'
    )
    SELECT coalesce(array_agg(l.id ORDER BY l.id), '{}'::smallint[])
    FROM watchfloor.label AS l
    CROSS JOIN clearance AS c
    JOIN sealed.principal AS p ON p.id = asker AND p.is_active
    WHERE l.tier <= c.tier
      AND (l.compartment IS NULL
           OR EXISTS (SELECT 1 FROM held AS h WHERE h.entitled_to = 'compartment' AND h.value = l.compartment))
      AND CASE l.tlp
            WHEN 0 THEN true
            WHEN 1 THEN p.agency_id IS NOT NULL
            WHEN 2 THEN p.agency_id IS NOT NULL
                        AND (p.agency_id = l.owner_id OR p.agency_id = ANY (l.releasable_to))
            WHEN 3 THEN p.agency_id IS NOT NULL AND p.agency_id = l.owner_id
            ELSE EXISTS (SELECT 1 FROM held AS h WHERE h.entitled_to = 'named' AND h.value = l.id::text)
          END
$$;

-- The sign-in behind a token, if it is good now; no row otherwise.
CREATE OR REPLACE FUNCTION sealed.sign_in_of(token text)
RETURNS TABLE (sign_in_id bigint, principal_id integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT s.id, s.principal_id
    FROM sealed.sign_in AS s
    JOIN sealed.principal AS p ON p.id = s.principal_id AND p.is_active
    WHERE s.token_sha256 = sha256(convert_to(token, 'UTF8'))
      AND s.revoked_at IS NULL
      AND now() < s.expires_at
      AND (s.idle_minutes IS NULL OR now() < s.seen_at + make_interval(mins => s.idle_minutes))
$$;

-- Who stands behind a token and what they may see; reads no protected row, sets nothing.
CREATE OR REPLACE FUNCTION watchfloor.peek_scope(token text)
RETURNS TABLE (
    sign_in_id bigint, principal_id integer, name text, display_name text, kind text, agency text,
    labels smallint[], health boolean, epoch text, rights text[], operator text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT s.sign_in_id, p.id, p.name, p.display_name, p.kind, a.code, v.labels, v.health,
           left(encode(sha256(convert_to(v.labels::text || v.health::text, 'UTF8')), 'hex'), 12),
           v.rights, i.operator
    FROM sealed.sign_in_of(token) AS s
    JOIN sealed.sign_in AS i ON i.id = s.sign_in_id
    JOIN sealed.principal AS p ON p.id = s.principal_id
    LEFT JOIN watchfloor.agency AS a ON a.id = p.agency_id
    CROSS JOIN LATERAL (
        SELECT sealed.labels_of(p.id) AS labels,
               coalesce(bool_or(e.entitled_to = 'health'), false) AS health,
               coalesce(array_agg(DISTINCT e.entitled_to) FILTER (WHERE e.entitled_to IS NOT NULL), '{}') AS rights
        FROM sealed.entitlement AS e
        WHERE e.principal_id = p.id
          AND e.starts <= now()
          AND (e.ends IS NULL OR now() < e.ends)
    ) AS v
$$;

-- Begins the scope of this transaction and writes its audit row. Once per transaction.
CREATE OR REPLACE FUNCTION watchfloor.begin_scope(token text, action text, question jsonb, view_id uuid)
RETURNS TABLE (
    sign_in_id bigint, principal_id integer, name text, display_name text, kind text, agency text,
    labels smallint[], health boolean, epoch text, rights text[], operator text
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    asker record;
    body text;
    secret bytea;
BEGIN
    -- Without a scope the login role can write nothing, so its transaction has a number only from here on. Neither a
    -- blanked setting nor a savepoint that is rolled back takes the number away again.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'a scope has already begun in this transaction' USING ERRCODE = 'WF002';
    END IF;
    SELECT * INTO asker FROM watchfloor.peek_scope(token);
    IF asker IS NULL OR asker.principal_id IS NULL THEN
        RAISE EXCEPTION 'no sign-in stands behind this token' USING ERRCODE = 'WF001';
    END IF;
    SELECT k.key INTO secret FROM sealed.signing_key AS k WHERE k.id = 1;
    body := concat_ws('|', pg_current_xact_id()::text, asker.principal_id::text,
                      CASE WHEN asker.health THEN 'health' ELSE '-' END, asker.labels::text);
    PERFORM set_config(
        'watchfloor.scope',
        body || '#' || encode(public.hmac(convert_to(body, 'UTF8'), secret, 'sha256'), 'hex'),
        true
    );
    INSERT INTO sealed.audit (principal_id, sign_in_id, action, question_sha256, question, view_id)
    VALUES (
        asker.principal_id, asker.sign_in_id, action,
        sha256(convert_to(question::text, 'UTF8')), question,
        CASE WHEN action = 'view' THEN view_id ELSE gen_random_uuid() END
    )
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT asker.sign_in_id, asker.principal_id, asker.name, asker.display_name, asker.kind,
                        asker.agency, asker.labels, asker.health, asker.epoch, asker.rights,
                        asker.operator;
END
$$;

-- ---------------------------------------------------------------- the gate: sign-ins
CREATE OR REPLACE FUNCTION watchfloor.gate_password_hash(account text)
RETURNS TABLE (password_hash text, is_demo boolean, kind text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT p.password_hash, p.is_demo, p.kind FROM sealed.principal AS p WHERE p.name = account AND p.is_active
$$;

CREATE OR REPLACE FUNCTION watchfloor.gate_issue(
    account text, token_hash bytea, sign_in_channel text, lifetime interval, idle smallint, operator text
)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    INSERT INTO sealed.sign_in (token_sha256, principal_id, operator, channel, expires_at, idle_minutes)
    SELECT token_hash, p.id, operator, sign_in_channel, now() + lifetime, idle
    FROM sealed.principal AS p
    WHERE p.name = account AND p.is_active
    RETURNING id
$$;

CREATE OR REPLACE FUNCTION watchfloor.gate_touch(token text)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    UPDATE sealed.sign_in AS s SET seen_at = now()
    FROM sealed.sign_in_of(token) AS good
    WHERE s.id = good.sign_in_id
    RETURNING true
$$;

CREATE OR REPLACE FUNCTION watchfloor.gate_revoke(token text)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    UPDATE sealed.sign_in AS s SET revoked_at = now()
    WHERE s.token_sha256 = sha256(convert_to(token, 'UTF8')) AND s.revoked_at IS NULL
    RETURNING true
$$;

-- ---------------------------------------------------------------- search
-- Partial names and identifiers through the trigram index, which no row policy could use: trigram
-- operators are not leakproof. Runs as the keeper and applies the asker's labels itself.
CREATE OR REPLACE FUNCTION watchfloor.search_entities(pattern text, at_most integer)
RETURNS TABLE (id uuid, pole text, kind text, name text, label_id smallint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    WITH seen AS (SELECT watchfloor.visible_labels() AS labels),
    needle AS (
        SELECT '%' || replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_') || '%' AS text
    ),
    hit AS (
        SELECT e.id FROM watchfloor.entity AS e, needle, seen
        WHERE e.name ILIKE needle.text AND e.recorded_to = 'infinity' AND e.label_id = ANY (seen.labels)
        UNION
        SELECT i.entity_id FROM watchfloor.identifier AS i, needle, seen
        WHERE i.value ILIKE needle.text AND i.recorded_to = 'infinity' AND i.label_id = ANY (seen.labels)
    )
    SELECT e.id, e.pole, e.kind, e.name, e.label_id
    FROM hit
    JOIN watchfloor.entity AS e ON e.id = hit.id AND e.recorded_to = 'infinity'
    CROSS JOIN seen
    WHERE e.label_id = ANY (seen.labels)
    ORDER BY e.name, e.id
    LIMIT least(at_most, 200)
$$;

-- ---------------------------------------------------------------- teams
-- What the members of a case are called who have accounts: of what the asker may see of its team, and of nobody else.
CREATE OR REPLACE FUNCTION watchfloor.case_team(asked_case uuid)
RETURNS TABLE (account text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT DISTINCT p.name, p.display_name
    FROM watchfloor.case_member AS m
    JOIN sealed.principal AS p ON p.name = m.principal
    WHERE m.case_id = asked_case
      AND m.label_id = ANY ((SELECT watchfloor.visible_labels())::smallint[])
$$;

-- ---------------------------------------------------------------- as known at
-- Positions have no recorded time of their own: theirs is that of their run, which not everybody may see who sees
-- them. Tells numbers alone, and those stand on every row.
CREATE OR REPLACE FUNCTION watchfloor.runs_published(known_at timestamptz)
RETURNS integer[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT coalesce(array_agg(r.id), '{}'::integer[])
    FROM watchfloor.run AS r
    WHERE r.status = 'published' AND r.recorded_at <= known_at
$$;

-- ---------------------------------------------------------------- feeds
-- How well every feed is served, for whoever watches the server: numbers and moments alone, neither names nor texts.
CREATE OR REPLACE FUNCTION watchfloor.feed_service()
RETURNS TABLE (
    id integer, created_at timestamptz, expected interval, every interval, looked_at timestamptz,
    last_success timestamptz, errors integer, newest timestamptz, asked_at timestamptz, is_live boolean,
    heard bigint, dropped bigint, malformed bigint
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
    SELECT f.id, f.created_at, f.expected, make_interval(secs => f.every_s), f.looked_at, f.last_success, f.errors,
           coalesce(f.newest_valid, f.newest_file), clock_timestamp(), f.is_live, f.heard, f.dropped, f.malformed
    FROM watchfloor.feed AS f
    WHERE f.retired_at IS NULL
    ORDER BY f.id
$$;
