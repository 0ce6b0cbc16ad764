#!/bin/sh
# npm run bench: sets up what is missing, measures, prints a table; ends with 1 when a bound is missed.
#   npm run bench -- [NAME…] [--json] [--write]     see docs/performance.md
set -eu
cd "$(dirname "$0")/.."
sh scripts/set-up.sh --test >&2
sh scripts/set-up.sh --bench >&2
exec node_modules/.bin/node bench/main.ts "$@"
