#!/usr/bin/env bash
# Bring up a station: make .venv if need be, then become Gunicorn.
# HUP to this process reloads, TERM stops.
# usage: deploy/start_production.sh [--bind ADDRESS]
#
#   --bind ADDRESS   of all three servers; 127.0.0.1: only this machine connects,
#                    0.0.0.0: every machine that reaches it
#   PYTHON=PATH      (a variable) the Python 3.11 to 3.13 to make .venv with
#
# Every other setting: config/station.toml and docs/configuration.md.
# Exit codes: 1 it failed and said why, 2 wrong usage, 3 Debian packages missing.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

usage="usage: deploy/start_production.sh [--bind ADDRESS]"
while [ $# -gt 0 ]; do
  case "$1" in
    --bind) [ $# -ge 2 ] && [ -n "$2" ] || { say "--bind needs an address, for example 0.0.0.0; $usage"; exit 2; }
            export VISION_STATION__BIND="$2"; shift 2 ;;
    --bind=*) set -- --bind "${1#*=}" "${@:2}" ;;
    -h|--help) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    *) say "unknown option $1; $usage"; exit 2 ;;
  esac
done

make_environment || exit
unset PYTHONDONTWRITEBYTECODE # many images set it; with it every start after a change would compile everything anew
export OPENCV_IO_MAX_IMAGE_PIXELS=50000000
exec .venv/bin/gunicorn -c config/gunicorn.conf.py service.app:factory
