#!/bin/sh
# Runs apt-get without questions; its words are shown only if it fails.
set -eu

words=$(mktemp)
trap 'rm -f "$words"' EXIT
trap 'exit 130' INT TERM
export DEBIAN_FRONTEND=noninteractive
if ! apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null >"$words" 2>&1; then
    printf '\napt-get %s failed:\n' "$*" >&2
    tail -n 6 "$words" >&2
    exit 1
fi
