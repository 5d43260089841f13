#!/usr/bin/env bash
# Make a release of this checkout: wheel, offline bundle, software bill of
# materials, checksums, signatures; into dist/VERSION.
# usage: deploy/release.sh [--key FILE] [--out DIR] [--draft]
#
#   --key FILE  sign with this SSH key (a private key, or the public half of
#               one that an agent or a token holds)
#   --out DIR   instead of dist
#   --draft     take the section Unreleased of the changelog: a trial
#
# The bundle is for this machine's architecture and the Python of .venv. It is
# installed once, without an index, before it is said to be made.
# Exit codes: 1 it failed and said why, 2 wrong usage, 3 Debian packages missing.
set -euo pipefail
here="$PWD"
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

case "${1:-}" in -h|--help) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac

make_environment || exit
add_packages deploy/requirements-dev.lock || {
  failed .venv/install.log "could not install the packages of deploy/requirements-dev.lock"
  exit 1
}
exec .venv/bin/python -m deploy.release --from "$here" "$@"
