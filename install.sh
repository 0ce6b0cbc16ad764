#!/bin/sh
# Installs freehold from this checkout on Debian 12 or 13: sh install.sh. May be run again at any time.
set -eu
cd "$(dirname "$0")"

stop() {
  echo "error: $1" >&2
  echo "hint: $2" >&2
  exit 1
}

[ "$(id -u)" = 0 ] || stop "expected to be run by root" "sudo sh install.sh"
sh scripts/set-up.sh --npm

link=/usr/local/bin/freehold
target=$PWD/bin/freehold
if [ "$(readlink "$link" 2>/dev/null || true)" != "$target" ]; then
  if [ -e "$link" ] && [ ! -L "$link" ]; then
    stop "expected $link to be free or a link, got a file" "move it away, then run this again"
  fi
  mkdir -p "${link%/*}"
  ln -sfn "$target" "$link"
  echo "install: $link leads to $target"
fi

cat <<'TEXT'

freehold is installed.
next: freehold init home --domain example.org    a site of your own
  or: npm run demo, in this directory              an example that is up in a minute or two
TEXT
