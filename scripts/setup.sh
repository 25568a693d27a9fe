#!/bin/sh
# Makes .venv with the pinned packages, then sees to PostgreSQL with PostGIS. Does only what is not done yet.
set -eu
cd "$(dirname "$0")/.."

project=$(pwd -P)
stamp=.venv/watchfloor.stamp
log=.venv/watchfloor-setup.log
began=0
# certificates that this machine trusts count, as they do for pip
export UV_SYSTEM_CERTS=true

start() {
    began=$(date +%s)
    printf '==> %s ... ' "$1"
}

finish() {
    printf '%s (%s s)\n' "${1:-done}" "$(($(date +%s) - began))"
}

# True if .venv has a Python that runs and is new enough, and was made for this folder.
venv_is_sound() {
    [ -x .venv/bin/python ] &&
        .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null &&
        { [ ! -f "$stamp" ] || [ "$(head -n 1 "$stamp")" = "$project" ]; }
}

make_venv() {
    start "virtual environment"
    python=$(scripts/find_python.sh) || exit 1
    rm -rf .venv
    "$python" -m venv .venv
    finish "$("$python" -V) from $python"
}

# What was installed from: another lock, project file or Python means another value.
wanted_stamp() {
    echo "$project"
    .venv/bin/python - <<'END'
import hashlib, pathlib, sys
inputs = b"".join(pathlib.Path(name).read_bytes() for name in ("requirements.lock", "pyproject.toml"))
print(hashlib.sha256(inputs + sys.version.encode()).hexdigest())
END
}

find_uv() {
    if [ -x .venv/bin/uv ]; then
        echo .venv/bin/uv
    elif .venv/bin/python -m pip install --quiet --disable-pip-version-check uv >/dev/null 2>&1; then
        echo .venv/bin/uv
    else
        command -v uv || true
    fi
}

# uv is several times quicker; where it cannot be had or cannot reach the packages, pip does the same.
install_pinned() {
    uv=$(find_uv)
    if [ -n "$uv" ] && "$uv" pip install --python .venv/bin/python "$@" >>"$log" 2>&1; then return 0; fi
    if .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" >>"$log" 2>&1; then return 0; fi
    echo "failed; the end of $log:"
    tail -n 12 "$log"
    exit 1
}

install_packages() {
    start "$(grep -c == requirements.lock) pinned packages"
    rm -f "$stamp" "$log"
    install_pinned -r requirements.lock
    # with the build tool at hand nothing has to be fetched to build our own package
    if .venv/bin/python -c 'import setuptools' 2>/dev/null; then
        install_pinned --no-deps --no-build-isolation -e .
    else
        install_pinned --no-deps -e .
    fi
    finish installed
    start "byte code"
    # an environment may forbid Python to write it, and then each start would compile all that it imports
    PYTHONDONTWRITEBYTECODE='' .venv/bin/python scripts/compile_program.py >>"$log" 2>&1 || {
        echo "failed; the end of $log:"
        tail -n 12 "$log"
        exit 1
    }
    finish
    wanted_stamp >"$stamp"
}

venv_is_sound || make_venv
if [ "$(cat "$stamp" 2>/dev/null)" = "$(wanted_stamp)" ]; then
    echo "==> packages ... as pinned"
else
    install_packages
fi
# the type checker reads the folders under their import name through this link
mkdir -p .ns
ln -sfn .. .ns/watchfloor

start "PostgreSQL with PostGIS"
scripts/ensure_postgis.sh
finish
