#!/bin/sh
# Prints the path of a Python >= 3.12 that can make virtual environments; else says what is missing.
set -eu

home=${HOME:-/nonexistent}
pyenv=${PYENV_ROOT:-$home/.pyenv}
uv=${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-$home/.local/share}/uv/python}
nearly=""

# the interpreter itself, not the shim or the environment that led to it
probe='import sys
if sys.version_info < (3, 12): sys.exit(3)
try:
    import ensurepip, venv
except ImportError: sys.exit(4)
print(getattr(sys, "_base_executable", sys.executable))'

try_python() {
    command -v "$1" >/dev/null 2>&1 || return 0
    status=0
    found=$("$1" -c "$probe" 2>/dev/null) || status=$?
    if [ "$status" -eq 0 ] && [ -x "$found" ]; then
        echo "$found"
        exit 0
    fi
    if [ "$status" -eq 4 ]; then nearly=$1; fi
}

if [ -n "${PYTHON:-}" ]; then try_python "$PYTHON"; fi
# 3.12 and 3.13 first: every pinned package has a wheel for them
for name in python3.12 python3.13 python3.14 python3 python; do try_python "$name"; done
for minor in 2 3 4 5; do
    for path in \
        "$pyenv/versions/3.1$minor".*/bin/python3 \
        "$uv/cpython-3.1$minor"*/bin/python3 \
        "$home/.asdf/installs/python/3.1$minor".*/bin/python3 \
        "$home/.local/share/mise/installs/python/3.1$minor".*/bin/python3 \
        "/usr/local/bin/python3.1$minor" \
        "/usr/bin/python3.1$minor" \
        "/opt/homebrew/bin/python3.1$minor" \
        /opt/python*/bin/python3.1$minor \
        /opt/*/bin/python3.1$minor \
        "/Library/Frameworks/Python.framework/Versions/3.1$minor/bin/python3"; do
        try_python "$path"
    done
done
for conda in "$home/miniconda3" "$home/miniforge3" "$home/anaconda3" "$home/mambaforge" /opt/conda /opt/miniconda3; do
    for path in "$conda/bin/python3" "$conda"/envs/*/bin/python3; do try_python "$path"; done
done

{
    if [ -n "$nearly" ]; then
        echo "$nearly is new enough but cannot make virtual environments: install its venv package"
        echo "(Debian, Ubuntu: apt-get install python3-venv)."
    else
        echo "No Python >= 3.12 was found: not on PATH, nor under pyenv, uv, conda, asdf, mise, /usr/local or /opt."
        echo "Install one, for example with: uv python install 3.12, or: pyenv install 3.12"
    fi
    echo "Or name one: make run PYTHON=/path/to/python3.12"
} >&2
exit 1
