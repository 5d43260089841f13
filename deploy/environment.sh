# Make the environment in .venv from a lock file; sourced by the start and test scripts.
# usage: make_environment LOCK   (a file under deploy/; run from the project's root)

say() { printf '%s\n' "$*" >&2; }

# Install Debian packages where we may; else name the one line and return 1.
debian() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing ${missing[*]} ..."
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y -qq --no-install-recommends "${missing[@]}" || {
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; }; } >/dev/null 2>&1 && return 0
  fi
  say "missing: ${missing[*]}. Run:  sudo apt-get update && sudo apt-get install -y ${missing[*]}"
  return 1
}

# The newest Python that the project supports.
find_python() {
  local name
  for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      printf '%s' "$name"
      return 0
    fi
  done
  say "Python 3.11, 3.12 or 3.13 is needed. Run:  sudo apt-get install -y python3"
  return 1
}

# uv does in seconds what takes pip minutes; pip does it where uv cannot be had or cannot reach the index.
install_locked() {
  local pip=(.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps)
  if "${pip[@]}" -r deploy/uv.lock 2>/dev/null &&
    UV_SYSTEM_CERTS=1 VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install -q --compile-bytecode --require-hashes --no-deps -r "$1" 2>/dev/null; then
    return 0
  fi
  "${pip[@]}" -r "$1"
}

# Packages on top of the environment, once.
install_more() {
  local key
  key="$(sha256sum "$1" | cut -c1-32)"
  [ "$(cat ".venv/.$(basename "$1")-key" 2>/dev/null)" = "$key" ] && return 0
  install_locked "$1" && printf '%s' "$key" >".venv/.$(basename "$1")-key"
}

make_environment() {
  local lock="$1" python key
  python="$(find_python)" || return 1
  key="$(cat "$lock" pyproject.toml | sha256sum | cut -c1-32) $lock"
  if [ -x .venv/bin/python ] && [ "$(cat .venv/.lock-key 2>/dev/null)" = "$key" ] && .venv/bin/python -c '' 2>/dev/null; then
    return 0
  fi
  if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # Debian splits venv and pip off from Python.
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 || {
      rm -rf .venv
      debian "$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')" || debian python3-venv || return 1
      "$python" -m venv .venv || return 1
    }
  fi
  say "installing the locked packages into .venv ..."
  install_locked "$lock" || return 1
  say "building the console ..."
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . || return 1
  # Without bytecode on the disk every start would compile everything anew, which takes longer than all the rest of it.
  .venv/bin/python -m compileall -q service protocols vision >/dev/null || true
  printf '%s' "$key" >.venv/.lock-key
}
