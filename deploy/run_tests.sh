#!/usr/bin/env bash
# Install what the tests need and run them: all but the slower stages, which .ci/run adds.
# usage: deploy/run_tests.sh [pytest options]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

make_environment deploy/requirements-dev.lock || exit 1
.venv/bin/ruff format --check -q .
.venv/bin/ruff check -q .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/python -m pytest -q -n "${TEST_WORKERS:-2}" -m "not interop and not faults and not browser and not acceptance" "$@"
