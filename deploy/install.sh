#!/usr/bin/env bash
# From a bare Debian or Raspberry Pi OS to a running, enabled service. Safe to
# run again: what is there stays, what is missing is added.
# usage: deploy/install.sh [--bundle FILE] [--bind ADDRESS] [--port-502]
#                          [--camera NAME] [--panel] [--root DIR] [--uninstall]
#
#   --bundle FILE   install this offline bundle, without the network; FILE.sig
#                   must be of a key in /etc/vision-inspection/release-keys
#   --allow-unsigned  take a bundle without a signature
#   --current       install the units of the release that is current already
#   --bind ADDRESS  of all three servers, where the settings file is made now;
#                   127.0.0.1 (as it comes): only this machine connects,
#                   0.0.0.0: every machine that reaches it
#   --port-502      allow ports below 1024; where the settings file is made
#                   now, Modbus TCP is on 502
#   --camera NAME   one more station, vision-inspection@NAME, for another
#                   camera, with ports and folders of its own
#   --panel         a screen at this machine boots into the kiosk view
#   --root DIR      install below DIR; start nothing, touch nothing else
#   --uninstall     remove the program and its units; settings, data and
#                   logs stay
#   PYTHON=PATH     (a variable) the Python 3.11 to 3.13 to use
#
# Program: /opt/vision-inspection, a folder for each release, `current` names
# the one that runs. Settings: /etc/vision-inspection. Data, recipes:
# /var/lib/vision-inspection. Logs: the journal, /var/log/vision-inspection.
# Exit codes: 1 it failed and said why, 2 wrong usage, 3 Debian packages missing.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. deploy/debian.sh

readonly NAME=vision-inspection
readonly SHIPPED=(config deploy docs examples protocols service vision pyproject.toml README.md CHANGELOG.md LICENSE)
root="" bind="" camera="" port_502="" uninstall="" bundle="" unsigned="" current="" panel=""

main() {
  options "$@"
  may_install || exit 1
  umask 022
  if [ -n "$uninstall" ]; then
    remove; return
  fi
  opt="$root/opt/$NAME" etc="$root/etc/$NAME" units="$root/etc/systemd/system"
  if [ -n "$bundle" ]; then install_bundle; elif [ -z "$current" ]; then install_release; fi
  cd "$opt/current" # from here on it is that release's
  make_user
  make_folders
  make_secret
  make_settings
  install_units
  [ -z "$panel" ] || install_panel
  start
  tell
}

options() {
  local usage="usage: deploy/install.sh [--bundle FILE] [--bind ADDRESS] [--port-502] [--camera NAME] [--panel] [--root DIR] [--uninstall]"
  while [ $# -gt 0 ]; do
    case "$1" in
      --bind | --camera | --root | --bundle)
        [ -n "${2:-}" ] || { say "$1 needs a value; $usage"; exit 2; }
        printf -v "${1#--}" '%s' "$2"
        shift 2 ;;
      --bind=* | --camera=* | --root=* | --bundle=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --port-502) port_502=yes; shift ;;
      --allow-unsigned) unsigned=--allow-unsigned; shift ;;
      --current) current=yes; shift ;;
      --panel) panel=yes; shift ;;
      --uninstall) uninstall=yes; shift ;;
      -h | --help) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0"; exit 0 ;;
      *) say "unknown option $1; $usage"; exit 2 ;;
    esac
  done
  [[ "$bind" =~ ^[0-9A-Za-z.:-]*$ ]] || { say "--bind: $bind is no address"; exit 2; }
  [[ "$camera" =~ ^([a-z0-9][a-z0-9-]{0,31})?$ && "$camera" != station ]] || {
    say "--camera: $camera: a name is small letters, digits and hyphens, at most 32, and not \"station\""
    exit 2
  }
  [[ "$bundle" =~ ^(/|$) ]] || bundle="$OLDPWD/$bundle"
  [[ -z "$bundle" || -f "$bundle" ]] || { say "--bundle: there is no file $bundle"; exit 2; }
  if [ -n "$root" ]; then
    mkdir -p "$root"
    root="$(cd "$root" && pwd -P)"
    root="${root%/}"
  fi
}

may_install() {
  if [ "$(id -u)" -ne 0 ] && [ -z "$root" ]; then
    say "Run it as root: sudo deploy/install.sh (or below a folder of your own: --root DIR)"
    return 1
  fi
  if ! command -v systemctl >/dev/null || ! command -v systemd-sysusers >/dev/null; then
    say "systemd is needed, with systemctl and systemd-sysusers"
    return 1
  fi
}

# Nothing is installed over a release that may be running: other content is another folder.
install_release() {
  local version mark folder
  version="$(sed -n '/^\[project\]/,/^\[/s/^version = "\(.*\)"/\1/p' pyproject.toml)"
  mark="$(content)"
  folder="$opt/releases/$version"
  if [ -e "$folder/.release" ] && [ "$(cat "$folder/.release")" != "$mark" ]; then
    folder="$folder+${mark:0:8}"
  fi
  if [ "$(cat "$folder/.release" 2>/dev/null)" != "$mark" ]; then
    say "Copying release $version to $folder"
    mkdir -p "$folder"
    shipped -c | tar -x -C "$folder" --no-same-owner --no-same-permissions
    printf '%s' "$mark" >"$folder/.release"
  fi
  (cd "$folder" && . deploy/environment.sh && suitable_python && make_environment) || exit
  switch "$folder"
}

# The same from a bundle, by the program's own code: of this checkout, or in the wheel of an unpacked bundle.
install_bundle() {
  local folder code="$(echo "$PWD"/wheels/vision_inspection-*.whl)"
  . deploy/environment.sh && NEEDED_OF_PYTHON=pass suitable_python || exit
  say "Installing ${bundle##*/}"
  folder="$(PYTHONPATH="$PWD:$code" "$PYTHON" -m service.releases "$bundle" --root "${root:-/}" $unsigned)" || exit
  switch "$folder"
}

# A rename: there is always a `current`. What it named is `previous`, for `vision-inspection upgrade --rollback`.
switch() {
  local before="$(readlink "$opt/current" || true)"
  if [ -n "$before" ] && [ "$before" != "releases/${1##*/}" ]; then ln -sfn "$before" "$opt/previous"; fi
  ln -sfn "releases/${1##*/}" "$opt/current.new"
  mv -T "$opt/current.new" "$opt/current"
}

# A Python that the station's user may run, or said to be none: one in root's home, for example.
suitable_python() {
  PYTHON="$(find_python)" || return
  export PYTHON
  [ "$(id -u)" -eq 0 ] || return 0
  # env: setpriv itself still has root's capabilities when it executes.
  setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all env "$PYTHON" -c '' 2>/dev/null &&
    return 0
  say "Other users may not run $PYTHON ($(readlink -f "$PYTHON")), and the station is another user's."
  say "Take another one, for example:  PYTHON=/usr/bin/python3 deploy/install.sh"
  [ -n "$root" ] # nothing runs there
}

# tar with the files that a release is made of; the console comes built, if it is.
shipped() {
  local there=() name
  for name in "${SHIPPED[@]}"; do [ ! -e "$name" ] || there+=("$name"); done
  tar "$@" --exclude=node_modules --exclude=__pycache__ --exclude='*.pyc' --sort=name -- "${there[@]}"
}

# Its checksum, whoever has it and whether its console is built.
content() {
  shipped -c --exclude=service/console/dist --exclude=schema.d.ts --owner=0 --group=0 --mode=a=rX --mtime=@0 |
    sha256sum | cut -c1-32
}

make_user() {
  install -D -m 644 deploy/systemd/sysusers.conf "$root/etc/sysusers.d/$NAME.conf"
  if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$root/etc"
    systemd-sysusers ${root:+--root="$root"} "$NAME.conf"
    user_id="$(awk -F: -v name="$NAME" '$1 == name { print $3 }' "$root/etc/passwd")"
    group_id="$(awk -F: -v name="$NAME" '$1 == name { print $3 }' "$root/etc/group")"
  else
    say "Left out: the user $NAME and the owners of its folders (not root)"
    user_id="" group_id=""
  fi
}

# owned MODE FOLDER...: the station's own folders.
owned() {
  local mode="$1"
  shift
  install -d -m "$mode" ${user_id:+-o "$user_id" -g "$group_id"} "$@"
}

make_folders() {
  install -d -m 750 ${group_id:+-o 0 -g "$group_id"} "$etc" # it reads its settings, and does not write them
  [ -e "$etc/release-keys" ] || install -m 644 deploy/release-keys "$etc/release-keys"
  service="$NAME${camera:+@$camera}" backups="$NAME-backup${camera:+@$camera}.timer" folder="$NAME${camera:+-$camera}"
  owned 750 "$root/var/lib/$folder" "$root/var/log/$folder"
  if [ ! -e "$root/var/lib/$folder/recipes" ]; then
    cp -r --no-preserve=ownership "$opt/current/config/recipes" "$root/var/lib/$folder/recipes"
    [ -z "$user_id" ] || chown -R "$user_id:$group_id" "$root/var/lib/$folder/recipes"
  fi
}

# What browser sessions are kept under: the station's alone, and the same over every release.
make_secret() {
  local secret="$root/var/lib/$folder/session.secret"
  [ ! -s "$secret" ] || return 0
  (umask 077 && head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=' >"$secret.new")
  [ -z "$user_id" ] || chown "$user_id:$group_id" "$secret.new"
  mv "$secret.new" "$secret"
}

make_settings() {
  settings="$etc/${camera:-station}.toml" made=""
  [ ! -e "$settings" ] || { say "Keeping the settings in $settings"; return 0; }
  made=yes
  sed -e "s|^data_folder = .*|data_folder = \"/var/lib/$folder\"|" \
    -e "s|^recipe_folder = .*|recipe_folder = \"/var/lib/$folder/recipes\"|" \
    -e "s|^every_h = .*|every_h = 24|" \
    ${bind:+-e "/^\[station\]/,/^\[camera\]/s|^bind = .*|bind = \"$bind\"|"} \
    ${camera:+-e "s|^name = .*|name = \"$camera\"|"} config/station.toml >"$settings.new"
  move_ports "$settings.new"
  [ -z "$port_502" ] || sed -i '/^\[modbus\]/,/^\[/s/^port = .*/port = 502/' "$settings.new"
  chmod 640 "$settings.new"
  [ -z "$group_id" ] || chown "0:$group_id" "$settings.new"
  mv "$settings.new" "$settings"
}

# The n-th station on this machine has ports n higher than the first one's.
move_ports() {
  local by=0 port
  while grep -qsx "port = $((5000 + by))" "$etc"/*.toml; do by=$((by + 1)); done
  [ "$by" -gt 0 ] || return 0
  for port in 5000 5020 4840 5025; do # 5020 to 5024, then 5025: at most five stations without a hand's help
    sed -i "s/^port = $port\$/port = $((port + by))/" "$1"
  done
  [ "$by" -lt 5 ] || say "Look through the ports in $settings: with so many stations some may be another one's"
}

install_units() {
  install -D -m 644 -t "$units" deploy/systemd/*.service deploy/systemd/*.timer
  [ -z "$port_502" ] || install -D -m 644 -t "$units/$service.service.d" deploy/systemd/port-502.conf
  if [ -n "$(other_clock)" ]; then
    install -D -m 644 -t "$units/$service.service.d" deploy/systemd/other-clock.conf
  fi
  install -D -m 755 deploy/systemd/command.sh "$root/usr/local/bin/$NAME"
  [ -e "$root/etc/logrotate.d/$NAME" ] || install -D -m 644 -t "$root/etc/logrotate.d" "deploy/logrotate/$NAME"
}

# A browser over the whole screen, under a user of its own; docs/panel.md explains it.
install_panel() {
  local defaults="$root/etc/default/$NAME-panel" port
  if [ -n "$root" ]; then say "Left out: cage, chromium and fonts-inter (installed below $root)"
  else debian cage chromium fonts-inter || exit; fi
  install -D -m 644 deploy/panel/sysusers.conf "$root/etc/sysusers.d/$NAME-panel.conf"
  [ "$(id -u)" -ne 0 ] || systemd-sysusers ${root:+--root="$root"} "$NAME-panel.conf"
  install -D -m 644 -t "$units" "deploy/panel/$NAME-panel.service"
  port="$(sed -n '/^\[http\]/,/^\[/s/^port = //p' "$settings")"
  [ -e "$defaults" ] || install -D -m 644 /dev/stdin "$defaults" <<<"PANEL_URL=http://127.0.0.1:${port:-5000}/#/run?kiosk=1"
  systemctl ${root:+--root="$root"} enable --quiet "$NAME-panel.service"
}

# The package that keeps the clock in place of systemd-timesyncd.
other_clock() {
  local name
  for name in chrony ntpsec openntpd linuxptp; do
    dpkg-query ${root:+--admindir="$root/var/lib/dpkg"} -W -f '${Status}\n' "$name" 2>/dev/null |
      grep -q 'ok installed' && { echo "$name"; return; }
  done
  true
}

running_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

start() {
  systemctl ${root:+--root="$root"} enable --quiet "$service.service" "$backups"
  if ! running_systemd; then
    if [ -n "$root" ]; then say "Left out: starting $service (installed below $root)"
    else say "Left out: starting $service (no systemd runs here); it starts with the machine"; fi
    return 0
  fi
  systemctl daemon-reload
  systemctl start "$backups"
  [ -z "$panel" ] || systemctl start --no-block "$NAME-panel.service"
  if systemctl is-active --quiet "$service" && [ "$(running_release)" = "$(readlink -f "$opt/current")" ]; then
    say "$service runs already; changed settings: systemctl reload $service"
    return 0
  fi
  systemctl restart "$service" || { say "$service did not start; see: journalctl -u $service"; exit 1; }
  others
}

# Stations of other cameras run on with the release that they were started from.
others() {
  local service
  for service in $(systemctl list-units --plain --no-legend --state=active "$NAME*.service" | cut -d' ' -f1); do
    [ "$(running_release)" = "$(readlink -f "$opt/current")" ] || say "$service still runs its release: systemctl restart $service"
  done
}

# The folder of the release that the service was started from.
running_release() { readlink "/proc/$(systemctl show -p MainPID --value "$service")/cwd"; }

# Addresses that a browser and a PLC can use, and what a firewall has to let through.
tell() {
  local found ports
  found="$(cd "$opt/current" && CONFIG_PATH="$settings" .venv/bin/python -m service.where)" || exit
  say "$service is installed: release $(basename "$(readlink "$opt/current")")"
  say "  settings   /etc/$NAME/${camera:-station}.toml"
  say "  data       /var/lib/$folder"
  say "$found"
  if grep -q reachable <<<"$found"; then
    ports="$(sed -n 's/^  ports *//p' <<<"$found")"
    say "  set up     open the console; its code is in /var/lib/$folder/setup.code once the station runs"
    say "             until then other machines only read over Modbus and OPC UA; token for programs: /var/lib/$folder/token"
    say "  If a firewall runs:"
    for port in $ports; do say "    ufw allow $port/tcp"; done
    say "    or: nft add rule inet filter input tcp dport '{ ${ports// /, } }' accept"
  fi
}

remove() {
  local units="$root/etc/systemd/system" wanted unit
  if running_systemd; then systemctl stop "$NAME*.timer" "$NAME*.service"; fi
  for wanted in "$units"/multi-user.target.wants/$NAME{,@*,-panel}.service "$units"/timers.target.wants/$NAME-backup{,@*}.timer; do
    [ -L "$wanted" ] || continue
    unit="${wanted##*/}"
    systemctl ${root:+--root="$root"} disable --quiet "$unit"
  done
  rm -f "$units/$NAME"{,-backup}{,@}.service "$units/$NAME-panel.service" "$units/$NAME-backup"{,@}.timer "$units/$NAME"*.service.d/{port-502,other-clock}.conf
  find "$units" -maxdepth 1 -name "$NAME*.service.d" -empty -delete 2>/dev/null || true
  rm -rf "$root/opt/$NAME"
  rm -f "$root/etc/sysusers.d/$NAME"{,-panel}.conf "$root/etc/default/$NAME-panel" "$root/etc/logrotate.d/$NAME" "$root/usr/local/bin/$NAME"
  if running_systemd; then systemctl daemon-reload; fi
  say "Removed: the program and its units. What it kept is still there:"
  for unit in "$root"/etc/$NAME "$root"/var/lib/$NAME* "$root"/var/log/$NAME*; do
    [ ! -e "$unit" ] || say "  $unit"
  done
  say "and its user $NAME (userdel $NAME)."
}

main "$@"
