#!/usr/bin/env bash
# Bring up a station: make .venv if need be, then become Gunicorn.
# HUP to this process reloads, TERM stops, USR1 opens log files anew.
# usage: deploy/start_production.sh [COMMAND] [OPTION...]
#
#   start            (what is done without a command)
#   status           what runs and whether every part is ready;
#                    exit code 1: it does not serve, 3: it does not run
#   reload           check, load settings and code anew, wait until the new
#                    generation serves; else say why: the old one goes on
#   stop             end it and wait for its end
#
#   --daemon         start in the background, wait until it serves, say so;
#                    its log: GUNICORN_ERRORLOG, else station.log in its data
#   --config FILE    the settings, instead of config/station.toml
#   --bind ADDRESS   of all servers; 127.0.0.1: only this machine connects,
#                    0.0.0.0: every machine that reaches it.
#                    ADDRESS:PORT sets the port of HTTP as well
#   --log-level LEVEL  debug, info, warning or error
#   --pid FILE       where the process id is written, and looked for
#   --workers 1      one, because one process owns the camera
#   PYTHON=PATH      (a variable) the Python 3.11 to 3.13 to make .venv with
#
# Options are needed again for the other commands only where they say which
# station: --config, --pid. All settings: docs/configuration.md.
# Exit codes: 1 it failed and said why, 2 wrong usage, 3 Debian packages missing.
set -euo pipefail
here="$PWD"
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/environment.sh

usage="usage: deploy/start_production.sh [start|status|reload|stop] [--daemon] [--config FILE] [--bind ADDRESS]
  [--log-level LEVEL] [--pid FILE] [--workers 1] [--help]"
wrong() { say "$1; $usage"; exit 2; }
needs() { [ -n "$2" ] || wrong "$1 needs $3"; }
from_here() { case "$1" in /*) printf '%s' "$1" ;; *) printf '%s' "$here/$1" ;; esac; }

command=""
daemon=""
pid=()
while [ $# -gt 0 ]; do
  case "$1" in
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --bind) needs "$1" "${2-}" "an address, for example 0.0.0.0"
            case "$2" in
              \[*\]:*) export VISION_HTTP__PORT="${2##*:}"; address="${2%:*}" ;;
              *:*:*) address="$2" ;; # IPv6 without a port
              *:*) export VISION_HTTP__PORT="${2##*:}"; address="${2%:*}" ;;
              *) address="$2" ;;
            esac
            address="${address#[}"
            export VISION_STATION__BIND="${address%]}"; shift 2 ;;
    --config) needs "$1" "${2-}" "a file"
              case "$2" in *.py) wrong "--config is for the station's settings (TOML); Gunicorn reads config/gunicorn.conf.py" ;; esac
              CONFIG_PATH="$(from_here "$2")"; export CONFIG_PATH; shift 2 ;;
    --log-level) needs "$1" "${2-}" "debug, info, warning or error"
                 export VISION_LOG__LEVEL="$2" GUNICORN_LOGLEVEL="$2"; shift 2 ;;
    --pid) needs "$1" "${2-}" "a file"
           pid=(--pid "$(from_here "$2")"); export GUNICORN_PIDFILE="${pid[1]}"; shift 2 ;;
    --workers) needs "$1" "${2-}" "a number, and the number is 1"; export GUNICORN_WORKERS="$2"; shift 2 ;;
    --daemon | -D) daemon=1; shift ;;
    -h | --help) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    start | stop | status | reload) [ -z "$command" ] || wrong "one command, not $command and $1"; command="$1"; shift ;;
    *) wrong "unknown option $1" ;;
  esac
done
unset PYTHONDONTWRITEBYTECODE # many images set it; with it every start after a change would compile everything anew

case "${command:-start}${daemon:+ --daemon}" in
  start*) make_environment || exit ;;
  *--daemon) wrong "--daemon is for start" ;;
  *) [ -x .venv/bin/python ] || { say "There is no .venv here: no station was started from this folder."; exit 1; }
     exec .venv/bin/python -m service.control "$command" "${pid[@]}" ;;
esac
export OPENCV_IO_MAX_IMAGE_PIXELS=50000000
[ -z "$daemon" ] || exec .venv/bin/python -m service.control start "${pid[@]}"
exec .venv/bin/gunicorn -c config/gunicorn.conf.py service.app:factory
