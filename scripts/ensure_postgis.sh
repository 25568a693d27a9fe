#!/bin/sh
# Finds PostgreSQL >= 14 with PostGIS; as root installs it through apt; else says what to do.
set -eu
cd "$(dirname "$0")/.."

no_cluster=/etc/postgresql-common/createcluster.d/watchfloor.conf

look() {
    .venv/bin/python - <<'END'
import sys
from watchfloor.data.cluster_programs import find_programs
from watchfloor.geo.errors import MissingTool
try:
    programs = find_programs()
except MissingTool as error:
    sys.exit(f"\n{error}")
print(f"version {programs.major} in {programs.folder}", end=" ")
END
}

newest_offered() {
    apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1
}

install_with_apt() {
    printf 'installing through apt ... '
    scripts/apt_quiet.sh update || true
    package=$(newest_offered)
    [ -n "$package" ] || return 1
    # the server's package would make and start a cluster of its own: we need the programs alone
    mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" >"$no_cluster"
    trap 'rm -f "$no_cluster"' EXIT
    trap 'exit 130' INT TERM
    scripts/apt_quiet.sh install -y --no-install-recommends "$package"
}

if [ -n "${WATCHFLOOR_DATABASE_URL:-}" ]; then
    printf 'the database of WATCHFLOOR_DATABASE_URL is used '
    exit 0
fi
look 2>/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    install_with_apt || true
fi
look
