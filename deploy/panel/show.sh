#!/usr/bin/env bash
# Show $PANEL_URL over the whole screen, once the station answers there.
set -euo pipefail

address="${PANEL_URL#*://}"
address="${address%%/*}"
host="${address%:*}" port="${address##*:}"
if [ "$host" = "$address" ]; then
  case "$PANEL_URL" in https:*) port=443 ;; *) port=80 ;; esac
fi
until (exec 3<>"/dev/tcp/${host//[\[\]]/}/$port") 2>/dev/null; do sleep 1; done

# One page, nothing asked, nothing sent home, nothing kept but the profile. A page that cannot be loaded is tried again.
exec "${PANEL_BROWSER:-/usr/bin/chromium}" --kiosk --ozone-platform=wayland --user-data-dir="${STATE_DIRECTORY:-$HOME}/profile" \
  --no-first-run --noerrdialogs --disable-session-crashed-bubble --hide-crash-restore-bubble --disable-translate \
  --disable-component-update --disable-background-networking --disable-sync --disable-features=Translate,MediaRouter \
  --overscroll-history-navigation=0 --check-for-update-interval=31536000 "$PANEL_URL"
