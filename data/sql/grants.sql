-- grants: who may do what, all of it, in one place. Re-runnable.
--   watchfloor_app     the server's questions: reads under the row policies, owns nothing; writes what people keep,
--                      in columns that tell neither whose it is nor when
--   watchfloor_intake  loads files: writes under its own policy
--   watchfloor_gate    checks passwords, issues and revokes sign-ins: sees no data
--   watchfloor_keeper  nobody's login: owns the definer functions
REVOKE ALL ON SCHEMA watchfloor, sealed, truth FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA watchfloor, sealed, truth FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA watchfloor, sealed FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA watchfloor TO watchfloor_app, watchfloor_intake, watchfloor_gate, watchfloor_keeper;
GRANT USAGE ON SCHEMA sealed TO watchfloor_keeper;

GRANT SELECT ON ALL TABLES IN SCHEMA watchfloor TO watchfloor_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA watchfloor TO watchfloor_intake;
-- the tables of single days are reached through the whole alone
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT i.inhrelid::regclass
                FROM pg_inherits AS i
                JOIN pg_class AS c ON c.oid = i.inhparent AND c.relkind = 'p'
                JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor' LOOP
        EXECUTE format('REVOKE ALL ON TABLE %s FROM watchfloor_app, watchfloor_intake', part);
    END LOOP;
END
$$;
-- a version of a mapping is never changed, only retired
REVOKE UPDATE, DELETE ON watchfloor.mapping FROM watchfloor_intake;
GRANT UPDATE (retired_by, retired_at) ON watchfloor.mapping TO watchfloor_intake;
REVOKE ALL ON watchfloor.kept, watchfloor.kept_bytes, watchfloor.look, watchfloor.dissemination,
    watchfloor.partner_layer, watchfloor.partner_feature FROM watchfloor_intake;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA watchfloor TO watchfloor_intake;

GRANT INSERT (id, version, kind, is_private, about_kind, about_id, name, body, label_id),
    UPDATE (recorded_to, ended_by) ON watchfloor.kept TO watchfloor_app;
GRANT INSERT (kept_id, sha256, content, label_id) ON watchfloor.kept_bytes TO watchfloor_app;
GRANT INSERT (about_kind, about_id) ON watchfloor.look TO watchfloor_app;
GRANT INSERT (question, marking, labels, counts, format, name, sha256, size, given_to)
    ON watchfloor.dissemination TO watchfloor_app;
GRANT INSERT (id, name, colour, file, format, sha256, size, n, set_aside, notes, box, label_id),
    UPDATE (recorded_to, ended_by) ON watchfloor.partner_layer TO watchfloor_app;
GRANT INSERT (layer_id, number, geom, properties, label_id) ON watchfloor.partner_feature TO watchfloor_app;

GRANT TEMPORARY ON DATABASE :"database" TO watchfloor_intake;
GRANT USAGE ON SCHEMA truth TO watchfloor_intake;
GRANT INSERT ON ALL TABLES IN SCHEMA truth TO watchfloor_intake;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA truth TO watchfloor_intake;

GRANT SELECT ON watchfloor.agency, watchfloor.label, watchfloor.entity, watchfloor.identifier, watchfloor.run,
    watchfloor.feed, watchfloor.case_file, watchfloor.place, watchfloor.kept, watchfloor.partner_layer,
    watchfloor.search_entry, watchfloor.case_member TO watchfloor_keeper;
GRANT SELECT ON sealed.principal, sealed.entitlement, sealed.signing_key TO watchfloor_keeper;
GRANT SELECT, INSERT, UPDATE ON sealed.sign_in TO watchfloor_keeper;
GRANT SELECT, INSERT ON sealed.audit TO watchfloor_keeper;

-- an owner who is no superuser may give functions only to who could make them there: for this moment
GRANT CREATE ON SCHEMA watchfloor, sealed TO watchfloor_keeper;
ALTER FUNCTION sealed.scope_fields() OWNER TO watchfloor_keeper;
ALTER FUNCTION sealed.labels_of(integer) OWNER TO watchfloor_keeper;
ALTER FUNCTION sealed.sign_in_of(text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.visible_labels() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.visible_mask() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.sees_health() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.peek_scope(text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.begin_scope(text, text, jsonb, uuid) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.gate_password_hash(text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.gate_issue(text, bytea, text, interval, smallint, text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.gate_touch(text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.gate_revoke(text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.search_entities(text, integer) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.search_names(text[], boolean, timestamptz, integer) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.search_codes(text[], timestamptz, integer) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.runs_published(timestamptz) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.feed_service() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.asker() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.asker_agency() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.asker_operates() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.sees_about(text, text) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.follow_kept() OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.kept_by(uuid[]) OWNER TO watchfloor_keeper;
ALTER FUNCTION watchfloor.case_team(uuid) OWNER TO watchfloor_keeper;
REVOKE CREATE ON SCHEMA watchfloor, sealed FROM watchfloor_keeper;

GRANT EXECUTE ON FUNCTION watchfloor.cell_parent(bigint, integer), watchfloor.cell_region(bigint)
    TO watchfloor_app, watchfloor_intake;
GRANT EXECUTE ON FUNCTION
    watchfloor.folded(text), watchfloor.plain_code(text), watchfloor.sound(text), watchfloor.loose_grams(text),
    watchfloor.name_grams(text), watchfloor.code_grams(text), watchfloor.search_keys(smallint[], text[])
    TO watchfloor_app, watchfloor_intake, watchfloor_keeper;
GRANT EXECUTE ON FUNCTION watchfloor.search_texts(text), watchfloor.adding_searched(text, text), watchfloor.follow_search()
    TO watchfloor_intake;
GRANT EXECUTE ON FUNCTION
    watchfloor.search_names(text[], boolean, timestamptz, integer), watchfloor.search_codes(text[], timestamptz, integer)
    TO watchfloor_app;
GRANT EXECUTE ON FUNCTION watchfloor.begin_fix_day(date), watchfloor.attach_fix_day(date) TO watchfloor_intake;
GRANT EXECUTE ON FUNCTION
    watchfloor.visible_labels(), watchfloor.visible_mask(), watchfloor.sees_health(), watchfloor.peek_scope(text),
    watchfloor.begin_scope(text, text, jsonb, uuid), watchfloor.search_entities(text, integer),
    watchfloor.runs_published(timestamptz), watchfloor.feed_service(), watchfloor.asker(), watchfloor.asker_agency(),
    watchfloor.asker_operates(), watchfloor.sees_about(text, text), watchfloor.kept_by(uuid[]),
    watchfloor.case_team(uuid)
    TO watchfloor_app;
GRANT EXECUTE ON FUNCTION
    watchfloor.gate_password_hash(text), watchfloor.gate_touch(text), watchfloor.gate_revoke(text),
    watchfloor.gate_issue(text, bytea, text, interval, smallint, text)
    TO watchfloor_gate;
