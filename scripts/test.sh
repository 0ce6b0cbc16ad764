#!/bin/sh
# npm test: sets up what is missing, then runs every suite but the slow one. Ends with "N passed, N failed".
# Further words go to vitest: npm test -- --project unit src/site
set -eu
cd "$(dirname "$0")/.."
bin=node_modules/.bin
[ -x "$bin/node" ] || npm install --no-save
[ ! -e scripts/set-up.sh ] || sh scripts/set-up.sh --test
[ $# -gt 0 ] || set -- --project unit --project machine
exec "$bin/node" "$bin/vitest" run "$@"
