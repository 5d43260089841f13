#!/bin/sh
# The commands of the station that is installed here; CONFIG_PATH=/etc/vision-inspection/NAME.toml: of another camera's.
# As the station's user: what root made in its data folder, the station could not write. Releases are root's, and so are
# the settings that `restore` writes; it gives the data to their owner.
program=/opt/vision-inspection/current/.venv/bin/vision-inspection
[ "${1-}" != upgrade ] || exec "$program" "$@"
umask 027
export CONFIG_PATH="${CONFIG_PATH:-/etc/vision-inspection/station.toml}"
[ "$(id -u)" -ne 0 ] || [ "${1-}" = restore ] || exec setpriv --reuid=vision-inspection --regid=vision-inspection --init-groups "$program" "$@"
exec "$program" "$@"
