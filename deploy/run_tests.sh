#!/usr/bin/env bash
# Install what the tests need and run them, all but the slower stages of .ci/run.
# usage: deploy/run_tests.sh [pytest options]
#
# TEST_WORKERS=N (a variable): N tests at a time; 2 if not set.
# Exit codes: 1 a check or an installation failed, 3 Debian packages missing.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

case "${1:-}" in -h|--help) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac

make_environment || exit
add_packages deploy/requirements-dev.lock || {
  failed .venv/install.log "could not install the packages of deploy/requirements-dev.lock: they come from" \
    "the Python package index (PyPI, or what PIP_INDEX_URL names)"
  exit 1
}
# picamera2 compiles a module against libcap; its tests need nothing of a Raspberry Pi.
if debian libcap-dev gcc libc6-dev python3-dev && add_packages deploy/requirements-picamera2.lock; then :; else
  say "Left out: all of tests/vision/cameras/test_picamera2.py (the real picamera2 package)."
fi

.venv/bin/ruff format --check -q .
.venv/bin/ruff check -q .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/python -m pytest -q -n "${TEST_WORKERS:-2}" --dist worksteal -m "not interop and not faults and not processes and not browser and not acceptance" "$@"
