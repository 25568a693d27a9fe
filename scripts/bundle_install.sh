#!/bin/sh
# Installs Watchfloor from this folder alone, without a network: ./install.sh [FOLDER]
set -eu

target=${1:-$HOME/watchfloor}
case $target in /*) ;; *) target=$(pwd -P)/$target ;; esac
cd "$(dirname "$0")"

printf '==> hashes of all files ... '
if ! sha256sum --quiet --check SHA256SUMS; then
    echo "This bundle is not what was made: copy it again from its source." >&2
    exit 1
fi
unlisted=$(find . -type f ! -name SHA256SUMS | sed 's|^\./||' | while read -r file; do
    grep -qF "  $file" SHA256SUMS || echo "$file"
done)
if [ -n "$unlisted" ]; then
    echo "These files do not belong to this bundle: $unlisted" >&2
    exit 1
fi
echo "right"

if [ -e "$target" ]; then
    echo "$target is there already: name another folder, or move it away." >&2
    exit 1
fi
python=$(sh ./find_python.sh)
printf '==> %s in %s ... ' "$("$python" -V)" "$target"
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels watchfloor
echo "installed"

echo "==> what this machine lacks"
"$target/bin/watchfloor" doctor || true
echo
echo "PostgreSQL with PostGIS comes from the operating system: system-packages.txt lists what this was made with."
echo "Start: $target/bin/watchfloor db upgrade --kind OPERATIONAL, then $target/bin/watchfloor serve"
