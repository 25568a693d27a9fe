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
check pytest tests/unit tests/architecture
check pytest tests/integration
check pytest tests/journeys -m "journey and not full"
