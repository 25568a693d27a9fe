#!/bin/sh
# Every check in order, stopping at the first that fails. The last line is the test runner's own.
set -eu
cd "$(dirname "$0")/.."

check() {
    echo "== $*"
    tool=$1
    shift
    ".venv/bin/$tool" "$@"
}

check ruff check .
check ruff format --check .
check mypy
check lint-imports --no-logo
# a worker for each of two cores, each with a store of its own; a file's tests stay together
check pytest -n 2 --dist loadfile tests/unit tests/architecture
check pytest -n 2 --dist loadfile --durations=15 tests/integration
check pytest --durations=10 tests/journeys -m "journey and not full"
