-- search: how texts are folded and cut into keys, the triggers that keep `search_entry` in step with what it is made
-- from, and the two functions that search it. Re-runnable; when this file changes, all entries are made anew.
--
-- Under a row policy only leakproof operators use an index, and those of arrays are not. So these functions run as the
-- keeper and apply the asker's labels themselves. The label is part of every key: a search walks through keys of
-- labels that the asker may see and no others, so neither result, order nor time tells of the rest.

-- Letters of any script as small Latin ones, words parted by one blank.
CREATE OR REPLACE FUNCTION watchfloor.folded(written text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
AS $$
DECLARE
    plain text := left(written, 200);
BEGIN
    IF octet_length(plain) <> length(plain) THEN
        SELECT string_agg(coalesce(l.latin, s.sign), '' ORDER BY s.nth) INTO plain
        FROM regexp_split_to_table(plain, '') WITH ORDINALITY AS s (sign, nth)
        LEFT JOIN watchfloor.letter AS l ON l.letter = s.sign;
    END IF;
    RETURN btrim(regexp_replace(translate(lower(plain), '''`’‘´', ''), '[^a-z0-9]+', ' ', 'g'));
END
$$;

-- A number or plate as it is compared: no separators; O and 0, I and 1 are one, since eyes take them for each other.
CREATE OR REPLACE FUNCTION watchfloor.plain_code(written text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog
AS $$
    SELECT translate(replace(watchfloor.folded(written), ' ', ''), 'oi', '01')
$$;

-- What stays of a word when it is written by ear or from another script: its consonants.
CREATE OR REPLACE FUNCTION watchfloor.sound(word text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    w text := replace(replace(replace(replace(word, 'ph', 'f'), 'kh', 'h'), 'x', 'ks'), 'ck', 'k');
BEGIN
    RETURN regexp_replace(translate(left(w, 1), 'eiouycqzvw', 'aaaaakksbb')
                          || translate(substr(w, 2), 'cqzvwaeiouy', 'kksbb'), '(.)\1+', '\1', 'g');
END
$$;

-- Grams of one word by which it may be found though it is misspelt: itself with one letter left out, and its sound.
CREATE OR REPLACE FUNCTION watchfloor.loose_grams(word text)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    grams text[] := '{}';
    start text := left(word, 7);
    heard text := watchfloor.sound(word);
BEGIN
    IF length(word) >= 4 THEN
        grams := grams || ('d' || start);
        FOR nth IN 1 .. length(start) LOOP
            grams := grams || ('d' || left(start, nth - 1) || substr(start, nth + 1));
        END LOOP;
    END IF;
    IF length(heard) >= 3 THEN
        grams := grams || ('s' || left(heard, 8));
    END IF;
    RETURN grams;
END
$$;

-- Grams of a name: beginnings of its words, what is left of them when misspelt, and the beginning of the whole.
CREATE OR REPLACE FUNCTION watchfloor.name_grams(folded text)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    grams text[] := '{}';
    joined text := replace(folded, ' ', '');
    word text;
BEGIN
    FOREACH word IN ARRAY (string_to_array(folded, ' '))[1:16] LOOP
        word := left(word, 24);
        IF length(word) < 3 THEN
            grams := grams || ('=' || word);
            CONTINUE;
        END IF;
        grams := grams || ('p' || left(word, 3)) || watchfloor.loose_grams(word);
        IF length(word) >= 5 THEN
            grams := grams || ('q' || left(word, 5));
        END IF;
    END LOOP;
    RETURN CASE WHEN length(joined) >= 4 THEN grams || ('j' || left(joined, 6)) ELSE grams END;
END
$$;

-- Keys of grams under each of the labels. The hash is that by which tables are partitioned: it is the same in every
-- version of the database server.
CREATE OR REPLACE FUNCTION watchfloor.search_keys(labels smallint[], grams text[])
RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT (hashtextextended(g.text, l.id) >> 32)::integer
                 FROM unnest(labels) AS l (id), unnest(grams) AS g (text));
END
$$;

-- Grams of a number: each three signs that follow one another, so that any fragment finds it.
CREATE OR REPLACE FUNCTION watchfloor.code_grams(plain text)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT 'n' || substr(plain, n.nth, 3) FROM generate_series(1, least(length(plain), 64) - 2) AS n (nth));
END
$$;

-- ---------------------------------------------------------------- what is searched
-- The texts by which rows `r` of a table may be found, and when they were current: as SQL with a place for the rows.
CREATE OR REPLACE FUNCTION watchfloor.search_texts(of_table text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT format(
        'SELECT t.source, t.record, t.scheme, t.written, t.is_code, r.label_id, %s FROM %%s AS r, LATERAL (VALUES %s) '
        'AS t (source, record, scheme, written, is_code) WHERE t.written IS NOT NULL',
        CASE WHEN of_table IN ('place', 'craft') THEN '''-infinity''::timestamptz, ''infinity''::timestamptz'
             ELSE 'r.recorded_from, r.recorded_to' END,
        CASE of_table
            WHEN 'entity' THEN $t$('entity', r.id::text, r.kind, r.name, false)$t$
            WHEN 'identifier' THEN
                $t$('entity', r.entity_id::text, r.scheme, r.value, r.scheme NOT IN ('alias', 'name'))$t$
            WHEN 'case_file' THEN
                $t$('case', r.id::text, 'case', r.number, true), ('case', r.id::text, 'title', r.title, false)$t$
            WHEN 'operation' THEN $t$('operation', r.id::text, 'operation', r.title, false)$t$
            WHEN 'place' THEN
                $t$('place', r.id::text, r.kind, r.name, false),
                   ('place', r.id::text, 'code', CASE WHEN r.kind LIKE '%%port' THEN r.code END, true)$t$
            WHEN 'craft' THEN
                $t$('craft', r.id::text, CASE r.kind WHEN 'aircraft' THEN 'icao24' ELSE 'mmsi' END, r.identifier, true),
                   ('craft', r.id::text, 'name', r.name, false)$t$
        END
    )
$$;

-- As SQL: what follows is run where the rows can be seen, and those of a trigger can be seen in its function alone.
CREATE OR REPLACE FUNCTION watchfloor.adding_searched(of_table text, of_rows text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT format(
        'INSERT INTO watchfloor.search_entry '
        '    (source, record, scheme, written, label_id, recorded_from, recorded_to, folded, is_code, keys) '
        'SELECT t.source, t.record, t.scheme, left(t.written, 200), t.label_id, t.recorded_from, t.recorded_to, f.plain, '
        '       t.is_code, watchfloor.search_keys(ARRAY[t.label_id], CASE WHEN t.is_code THEN watchfloor.code_grams(f.plain) '
        '                                                                 ELSE watchfloor.name_grams(f.plain) END) '
        'FROM (%s) AS t (source, record, scheme, written, is_code, label_id, recorded_from, recorded_to), '
        'LATERAL (SELECT CASE WHEN t.is_code THEN watchfloor.plain_code(t.written) '
        '                     ELSE watchfloor.folded(t.written) END OFFSET 0) AS f (plain)',
        format(watchfloor.search_texts(of_table), of_rows)
    )
$$;

-- Keeps the entries in step in the very transaction, whoever changes the table.
CREATE OR REPLACE FUNCTION watchfloor.follow_search()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format(
            'DELETE FROM watchfloor.search_entry AS s USING (%s) '
            'AS t (source, record, scheme, written, is_code, label_id, recorded_from, recorded_to) '
            'WHERE s.record = t.record AND s.source = t.source AND s.scheme = t.scheme '
            'AND s.written = left(t.written, 200) AND s.label_id = t.label_id AND s.recorded_from = t.recorded_from',
            format(watchfloor.search_texts(TG_TABLE_NAME), 'before')
        );
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE watchfloor.adding_searched(TG_TABLE_NAME, 'after');
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['entity', 'identifier', 'case_file', 'operation', 'place', 'craft'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON watchfloor.%I '
                       'REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.follow_search()',
                       name);
        EXECUTE format('CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON watchfloor.%I '
                       'REFERENCING OLD TABLE AS before NEW TABLE AS after '
                       'FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.follow_search()', name);
        EXECUTE format('CREATE OR REPLACE TRIGGER search_taken AFTER DELETE ON watchfloor.%I '
                       'REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.follow_search()',
                       name);
    END LOOP;
END
$$;

-- ---------------------------------------------------------------- searching
-- Entries whose words begin with all of these, or, loosely, are like them. The rank is of the entry alone.
-- words: folded. known_at: null is now. rank: 0 is the text itself, 1 it begins so, 2 has these words, 3 has words that
-- begin so, 4 and more is like it.
CREATE OR REPLACE FUNCTION watchfloor.search_names(
    words text[], is_loose boolean, known_at timestamptz, at_most integer
)
RETURNS TABLE (
    source text, record text, scheme text, written text, folded text, label_id smallint, rank real
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    labels smallint[] := watchfloor.visible_labels();
    whole text := array_to_string(words, ' ');
    joined text := replace(array_to_string(words, ' '), ' ', '');
    grams text[];
    arms text := '';
    likes text := '';
    word text;
    nth integer := 0;
BEGIN
    FOREACH word IN ARRAY words[1:6] LOOP
        nth := nth + 1;
        likes := likes || format(' AND '' '' || s.folded LIKE %L', '% ' || word || '%');
        -- the last word is still being written: with one letter or two it narrows nothing yet
        CONTINUE WHEN length(word) < 3 AND nth = cardinality(words) AND nth > 1;
        grams := ARRAY[CASE WHEN length(word) < 3 THEN '=' || word WHEN length(word) < 5 THEN 'p' || left(word, 3)
                            ELSE 'q' || left(word, 5) END];
        IF is_loose THEN
            grams := grams || watchfloor.loose_grams(left(word, 24));
        END IF;
        arms := arms || format(' AND s.keys && %L::integer[]', watchfloor.search_keys(labels, grams));
    END LOOP;
    RETURN QUERY EXECUTE format(
        'SELECT s.source::text, s.record::text, s.scheme::text, s.written::text, s.folded::text, s.label_id, '
        '       (CASE WHEN s.folded = $2 THEN 0 WHEN starts_with(s.folded, $2) THEN 1 '
        '             WHEN $4 THEN 5 - public.similarity(s.folded, $2) '
        '             WHEN string_to_array(s.folded, '' '') @> $3 THEN 2 ELSE 3 END)::real AS rank '
        'FROM watchfloor.search_entry AS s '
        'WHERE (true %s%s%s) AND NOT s.is_code AND s.label_id = ANY ($1) '
        '  AND CASE WHEN $5 IS NULL THEN s.recorded_to = ''infinity'' '
        '           ELSE s.recorded_from <= $5 AND s.recorded_to > $5 END '
        'ORDER BY rank, length(s.folded), s.folded, s.source, length(s.record), s.record, s.scheme, s.written, s.label_id LIMIT $6',
        arms,
        CASE WHEN is_loose THEN '' ELSE likes END,
        CASE WHEN length(joined) >= 6
             THEN format(') OR (s.keys && %L::integer[] AND starts_with(replace(s.folded, '' '', ''''), %L)',
                         watchfloor.search_keys(labels, ARRAY['j' || left(joined, 6)]), joined) ELSE '' END
    ) USING labels, whole, words, is_loose, known_at, least(at_most, 1000);
END
$$;

-- Entries of numbers that hold one of these fragments. codes: plain, three signs or more.
-- rank: 0 is the number itself, 1 it ends so, 2 it begins so, 3 it holds it.
CREATE OR REPLACE FUNCTION watchfloor.search_codes(codes text[], known_at timestamptz, at_most integer)
RETURNS TABLE (
    source text, record text, scheme text, written text, folded text, label_id smallint, rank real
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
SET enable_seqscan = off
AS $$
    SELECT s.source, s.record, s.scheme, s.written, s.folded, s.label_id,
           min(CASE WHEN s.folded = c.plain THEN 0 WHEN right(s.folded, length(c.plain)) = c.plain THEN 1
                    WHEN starts_with(s.folded, c.plain) THEN 2 ELSE 3 END)::real AS rank
    FROM unnest(watchfloor.visible_labels()) AS l (id)
    CROSS JOIN unnest(codes[1:6]) AS c (plain)
    JOIN LATERAL (
        SELECT e.source, e.record, e.scheme, e.written, e.folded, e.label_id
        FROM watchfloor.search_entry AS e
        WHERE e.keys @> watchfloor.search_keys(ARRAY[l.id], watchfloor.code_grams(c.plain))
          AND e.is_code AND e.label_id = l.id
          AND position(c.plain IN e.folded) > 0
          AND CASE WHEN known_at IS NULL THEN e.recorded_to = 'infinity'
                   ELSE e.recorded_from <= known_at AND e.recorded_to > known_at END
    ) AS s ON length(c.plain) >= 3
    GROUP BY s.source, s.record, s.scheme, s.written, s.folded, s.label_id
    ORDER BY 7, length(s.folded), s.folded, s.source, length(s.record), s.record, s.scheme, s.written, s.label_id
    LIMIT least(at_most, 1000)
$$;
