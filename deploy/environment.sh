# Make the environment in .venv, whole or not at all; sourced by the start and test scripts, run in the project's root.
#
# A new environment is made in .venv.new and takes the place of .venv when it is whole: what worked yesterday is there
# until then, whatever becomes of the network, the disk or the patience of the person who waits.
. deploy/debian.sh

NEW=.venv.new

# Bring .venv up to deploy/requirements.lock and to this project. Returns 1 with the reason said, 3 where a package of
# Debian is missing.
make_environment() {
  local lock project
  exec {terminal}>&2 # what is running may have its output redirected
  trap 'say "interrupted; the next start makes it anew" 2>&"$terminal"; exit 130' INT TERM
  lock="$(lock_mark deploy/requirements.lock)"
  project="$(project_mark)"
  if ! made "$lock" "$project"; then
    alone make_missing "$lock" "$project" || return
  fi
  trap - INT TERM
  exec {terminal}>&-
}

# Packages of another lock on top of the environment, once.
add_packages() {
  local name lock
  name="$(basename "$1" .lock)"
  lock="$(lock_mark "$1")"
  [ "$(cat ".venv/.made-$name" 2>/dev/null)" = "$lock" ] && return 0
  say "  adding the packages of $1 ..."
  mv .venv/.made-lock .venv/.made-lock-before # an environment without this mark is made anew: this may be interrupted
  if quietly .venv/install.log install_locked .venv "$1"; then
    printf '%s' "$lock" >".venv/.made-$name"
    mv .venv/.made-lock-before .venv/.made-lock
  else
    mv .venv/.made-lock-before .venv/.made-lock
    return 1
  fi
}

# What an environment was made of: the lock, and the folder, which stands in its scripts.
lock_mark() { { cat "$1" && pwd -P; } | sha256sum | cut -c1-32; }

# What the project's own installation was made of: its metadata and the console's sources.
project_mark() {
  { sha256sum pyproject.toml && find service/console \( -name node_modules -o -name dist -o -name __pycache__ \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -c1-32
}

made() {
  [ "$(cat .venv/.made-lock 2>/dev/null)" = "$1" ] && [ "$(cat .venv/.made-project 2>/dev/null)" = "$2" ] &&
    [ -f service/console/dist/index.html ] && supported .venv/bin/python
}

# Two starts at once would race for the folder: the second one waits.
alone() {
  local code=0 lock
  writable || return 1
  exec {lock}<deploy/environment.sh
  flock -n "$lock" || { say "another start or test run makes the environment; waiting for it ..."; flock "$lock"; }
  "$@" || code=$?
  exec {lock}<&-
  return "$code"
}

writable() {
  local full
  if [ ! -w . ] || { [ -e .venv ] && [ ! -w .venv ]; }; then
    say "$(id -un) cannot write to $PWD: .venv and the console are made in it."
    say "Start from a checkout of your own, or make this one writable."
    return 1
  fi
  full="$(df -Pk . | awk 'NR == 2 && $4 < 1200000 { print int($4 / 1024) }')"
  [ -z "$full" ] || say "only $full MB are free here; the environment needs about 1000"
}

make_missing() {
  local began=$SECONDS python
  made "$1" "$2" && return 0 # by the one we waited for
  if [ "$(cat .venv/.made-lock 2>/dev/null)" = "$1" ] && supported .venv/bin/python; then
    say "Bringing .venv up to this version ..."
    install_project .venv || return 1
  else
    python="$(find_python)" || return
    say "Making the environment in .venv with $("$python" -V), once: about a minute ..."
    rm -rf "$NEW" "$NEW.log" .venv.old
    make_new "$python" || return 1
    printf '%s' "$1" >"$NEW/.made-lock"
    rename_new
  fi
  printf '%s' "$2" >.venv/.made-project
  # Hundreds of megabytes in memory would reach the disk while the station inspects, and its commits would wait for them.
  sync -f .venv 2>/dev/null || sync
  say "  done in $((SECONDS - began)) s"
}

make_new() {
  quietly "$NEW.log" "$1" -m venv "$NEW" || { failed "$NEW.log" "could not make a virtual environment"; return 1; }
  say "  fetching the locked packages, about 200 MB ..."
  quietly "$NEW.log" install_locked "$NEW" deploy/requirements.lock || {
    failed "$NEW.log" "could not install the packages of deploy/requirements.lock: they come from" \
      "the Python package index (PyPI, or what PIP_INDEX_URL names)"
    return 1
  }
  install_project "$NEW"
}

# The project itself, in place, with its console.
install_project() {
  say "  building the console (npm packages are fetched) ..."
  quietly "$1.log" "$1/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e . || {
    failed "$1.log" "could not build the console: its packages come from the npm registry"
    return 1
  }
  # Without bytecode on the disk every start would compile everything anew, which takes longer than all the rest of it.
  "$1/bin/python" -m service.precompile >/dev/null 2>&1 || true
  rm -f "$1.log"
}

# Its scripts name the folder they were made in.
rename_new() {
  grep -rlIZF "$NEW" "$NEW/bin" "$NEW/pyvenv.cfg" | xargs -0 -r sed -i "s|${NEW//./\\.}|.venv|g"
  if [ -e .venv ]; then mv .venv .venv.old; fi
  mv "$NEW" .venv
  rm -rf .venv.old
}

# uv does in seconds what takes pip minutes; pip does it where uv cannot be had or cannot reach the index.
install_locked() {
  local pip=("$1/bin/python" -m pip install --disable-pip-version-check --progress-bar off --require-hashes --no-deps)
  "${pip[@]}" -r deploy/uv.lock && UV_SYSTEM_CERTS=1 VIRTUAL_ENV="$PWD/$1" "$1/bin/uv" pip install -q --compile-bytecode \
    --require-hashes --no-deps -r "$2" && return 0
  "${pip[@]}" -r "$2"
}

# quietly LOG COMMAND...: what it says goes to the log.
quietly() {
  local log="$1"
  shift
  "$@" >>"$log" 2>&1 </dev/null
}

# failed LOG LINE...: what could not be done, and the end of the log without its repetitions.
failed() {
  local log="$1"
  shift
  printf '%s\n' "$@" >&2
  say "The end of $PWD/$log:"
  awk '/^Ignoring / || /Retrying/ && tried++ { next } 1' "$log" | tail -n 8 | fold -s -w 76 | sed 's/^/  | /' >&2
  if [ -x .venv/bin/python ]; then say "The environment that was there is as it was."; fi
}

# Whether "$1" is a Python that the project runs on.
supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# The newest Python that the project supports and that can make an environment, which Debian splits off from Python;
# NEEDED_OF_PYTHON=pass: whichever can run it.
find_python() {
  local name path found=()
  if [ -n "${PYTHON:-}" ] && ! supported "$PYTHON"; then
    say "PYTHON=$PYTHON is no Python 3.11, 3.12 or 3.13"
    return 1
  fi
  for name in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
    path="$(command -v "$name")" && supported "$path" || continue
    "$path" -c "${NEEDED_OF_PYTHON-import ensurepip, venv}" 2>/dev/null && { printf '%s' "$path"; return 0; }
    found+=("$path")
  done
  if [ ${#found[@]} -eq 0 ] && path="$(command -v python3)"; then
    say "Python 3.11, 3.12 or 3.13 is needed; $path is $("$path" -V 2>&1)."
    say "If there is another one:  PYTHON=/path/to/python3.11 $0"
    return 1
  fi
  path="${found[0]:-/usr/bin/python3}"
  if [ -x "$path" ]; then
    debian "$("$path" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')" >&2 || return
  else
    debian python3 python3-venv >&2 || return
  fi
  printf '%s' "$path"
}
