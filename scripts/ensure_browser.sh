#!/bin/sh
# Finds Chromium for the browser tests; as root installs it through apt; else says what to do.
set -eu
cd "$(dirname "$0")/.."

began=$(date +%s)
printf '==> Chromium ... '
if ! command -v chromium >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        printf 'installing through apt ... '
        scripts/apt_quiet.sh update || true
        # without a font every letter is an empty box
        scripts/apt_quiet.sh install -y --no-install-recommends chromium fonts-dejavu-core || true
    fi
    if ! command -v chromium >/dev/null; then
        echo "missing"
        echo "The browser tests need a program named chromium on PATH (Debian: apt-get install chromium)." >&2
        exit 1
    fi
fi
printf '%s (%s s)\n' "$(command -v chromium)" "$(($(date +%s) - began))"
