# Debian's packages: installed where we may, else named in one line to run; sourced by the scripts beside it.

say() { printf '%s\n' "$*" >&2; }

# The Debian packages of "$@" that are not installed, one a line.
debian_missing() {
  local name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$name"
  done
}

# The one line that a person may run.
debian_line() {
  local sudo="" who="as root"
  if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo="sudo " who=""; fi
  printf 'Run%s:\n  %sapt-get update && %sapt-get install -y --no-install-recommends %s' "${who:+ $who}" "$sudo" "$sudo" "$*"
}

# Install what is missing of "$@" as root; as another user name the one line and return 3.
debian() {
  local missing said
  mapfile -t missing < <(debian_missing "$@")
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "Missing: ${missing[*]}. $(debian_line "${missing[@]}")"
    return 3
  fi
  say "  installing ${missing[*]} ..."
  said="$(debian_install "${missing[@]}")" || { # an index that is old or not there yet
    said="$(DEBIAN_FRONTEND=noninteractive apt-get update -qq 2>&1)"$'\n'"$(debian_install "${missing[@]}")"
  }
  mapfile -t missing < <(debian_missing "${missing[@]}")
  [ ${#missing[@]} -eq 0 ] && return 0
  say "apt-get could not install ${missing[*]}. It said:"
  printf '%s\n' "$said" | grep -v '^$' | tail -n 8 | sed 's/^/  | /' >&2
  say "Put that right and try again. $(debian_line "${missing[@]}")"
  return 3
}

debian_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null 2>&1
}
