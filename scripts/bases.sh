#!/bin/sh
# Makes the file system that images start from, where no registry can be reached: sh scripts/bases.sh TARGET.tar
# It is Debian 13 as docker.io/library/debian:trixie-slim has it: the smallest variant, without documents. The same packages
# give the same bytes: no time is later than Debian 13's first day, and nothing of this machine is in it.
set -eu
[ $# = 1 ] || { echo "error: expected a file to write, got $# words" >&2; exit 2; }
command -v mmdebstrap >/dev/null || {
  echo "error: expected mmdebstrap on this machine, got nothing" >&2
  echo "hint: apt-get install mmdebstrap" >&2
  exit 1
}
export SOURCE_DATE_EPOCH=1754697600
exec mmdebstrap --quiet --mode=root --format=tar --variant=minbase \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/cache/debconf/* "$1"/var/log/*' \
  --customize-hook='rm -f "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/machine-id "$1"/var/lib/dpkg/*-old "$1"/etc/.pwd.lock "$1"/etc/*-' \
  trixie "$1"
