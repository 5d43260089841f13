#!/usr/bin/env bash
# Pin the whole tree with hashes, for every supported Python; names no index. Needs uv.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
lock() { uv pip compile -q pyproject.toml "${@:2}" --generate-hashes --universal --python-version 3.11 \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o "deploy/$1"; }
uv --version | sed -E 's/uv ([0-9.]+).*/uv==\1/' | uv pip compile -q - --generate-hashes --universal --python-version 3.11 \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o deploy/uv.lock
lock requirements.lock --group build
lock requirements-station.lock --constraint deploy/requirements.lock # what a station runs, without what builds it
lock requirements-picamera2.lock --group build --extra picamera2 --constraint deploy/requirements.lock
lock requirements-sentry.lock --group build --extra sentry --constraint deploy/requirements.lock
lock requirements-dev.lock --group build --group dev --constraint deploy/requirements.lock
