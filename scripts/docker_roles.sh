#!/bin/sh
# Run once by the database's image when its volume is empty: the login roles, with the password of the secret.
set -eu

# through the environment: arguments can be read by every process beside this one
ROLES_PASSWORD=$(cat /run/secrets/roles_password)
export ROLES_PASSWORD
for role in watchfloor_app watchfloor_gate watchfloor_intake; do
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
        --set role="$role" <<'END'
\getenv word ROLES_PASSWORD
CREATE ROLE :"role" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'word';
END
done
