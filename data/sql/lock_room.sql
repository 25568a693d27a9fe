-- lock_room: how many tables and indexes hold positions by day, and how many locks the server has room for.
-- in: nothing; out: relations, room
SELECT count(DISTINCT day.inhrelid) + count(own.indexrelid) AS relations,
       current_setting('max_locks_per_transaction')::bigint
       * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint) AS room
FROM pg_inherits AS day
LEFT JOIN pg_index AS own ON own.indrelid = day.inhrelid
WHERE day.inhparent = 'watchfloor.fix'::regclass
