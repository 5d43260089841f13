#!/usr/bin/env bash
# Install what the tests need and run them: all but the slower stages, which .ci/run adds.
# usage: deploy/run_tests.sh [pytest options]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

make_environment deploy/requirements-dev.lock || exit 1
# picamera2 compiles a module against libcap; its tests need nothing of a Raspberry Pi.
if debian libcap-dev gcc libc6-dev python3-dev && install_more deploy/requirements-picamera2.lock; then :; else
  say "left out: tests/vision/cameras/test_picamera2.py (the real picamera2 package)"
fi
debian chromium fonts-dejavu-core || say "left out: the test in tests/service/api/test_gate.py in which a real Chromium signs in"

.venv/bin/ruff format --check -q .
.venv/bin/ruff check -q .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/python -m pytest -q -n "${TEST_WORKERS:-2}" -m "not interop and not faults and not browser and not acceptance" "$@"
