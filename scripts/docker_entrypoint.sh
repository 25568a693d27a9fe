#!/bin/sh
# Writes libpq's password file from the mounted secrets, then runs the command in place of itself.
set -eu

secrets=${WATCHFLOOR_SECRETS:-/run/secrets}
PGPASSFILE=${PGPASSFILE:-/tmp/pgpass}
export PGPASSFILE
# in a password file a backslash and a colon are written behind a backslash
escaped() { sed -e 's/[\\:]/\\&/g' "$secrets/$1" | tr -d '\n'; }

umask 077
{
    printf '*:*:*:watchfloor_owner:%s\n' "$(escaped owner_password)"
    for role in watchfloor_app watchfloor_gate watchfloor_intake; do
        printf '*:*:*:%s:%s\n' "$role" "$(escaped roles_password)"
    done
} >"$PGPASSFILE"
exec "$@"
