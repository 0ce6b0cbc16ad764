#!/bin/sh
# Everything that is right or wrong without running the product: types, style, layers, generated files.
set -eu
cd "$(dirname "$0")/.."
bin=node_modules/.bin
[ -x "$bin/node" ] || npm install --no-save

step() {
  echo "verify: $1"
  shift
  "$@"
}

step "style" "$bin/biome" ci --error-on-warnings
step "types" "$bin/tsc" --noEmit -p .
step "layers and documents" "$bin/node" "$bin/vitest" run --project unit test/layers test/guides test/catalogue test/examples
[ ! -e scripts/generate.ts ] || step "generated files" "$bin/node" scripts/generate.ts --check
if [ -n "$(git status --porcelain 2>/dev/null)" ]; then
  echo "verify: note: there are changes that are not committed"
fi
