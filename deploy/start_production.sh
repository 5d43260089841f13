#!/usr/bin/env bash
# Bring up a station: make .venv, install the locked packages, and become Gunicorn (HUP to this process reloads).
# usage: deploy/start_production.sh [--bind ADDRESS]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

while [ $# -gt 0 ]; do
  case "$1" in
    --bind) [ $# -ge 2 ] || { say "--bind needs an address, for example 0.0.0.0"; exit 2; }
            export VISION_STATION__BIND="$2"; shift 2 ;;
    --bind=*) export VISION_STATION__BIND="${1#*=}"; shift ;;
    -h|--help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    *) say "unknown option $1; usage: deploy/start_production.sh [--bind ADDRESS]"; exit 2 ;;
  esac
done

make_environment deploy/requirements.lock || exit 1
unset PYTHONDONTWRITEBYTECODE # many images set it; with it every start after a change would compile everything anew
export OPENCV_IO_MAX_IMAGE_PIXELS=50000000
exec .venv/bin/gunicorn -c config/gunicorn.conf.py service.app:factory
