#!/usr/bin/env bash
# Pin the whole tree with hashes, for every supported Python; names no index. Needs uv.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
lock() { uv pip compile -q pyproject.toml --group build "${@:2}" --generate-hashes --universal --python-version 3.11 \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o "deploy/$1"; }
lock requirements.lock
lock requirements-dev.lock --group dev --constraint deploy/requirements.lock
