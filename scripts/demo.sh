#!/bin/sh
# npm run demo: sets up what is missing, pushes a copy of examples/home to this machine, checks it as a visitor would, and says what to do next.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" != 0 ]; then
  echo "error: expected to be run by root, which makes networks and containers" >&2
  echo "hint: sudo npm run demo" >&2
  exit 1
fi
sh scripts/set-up.sh
exec node_modules/.bin/node scripts/demo.ts
