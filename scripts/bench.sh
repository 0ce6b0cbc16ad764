#!/bin/sh
# npm run bench: sets up what is missing, measures, prints a table. Words: --pure, --write (see bench/main.ts).
set -eu
cd "$(dirname "$0")/.."
sh scripts/set-up.sh --test
command -v wrk >/dev/null || apt-get install -yq wrk >/dev/null
exec node_modules/.bin/node bench/main.ts "$@"
