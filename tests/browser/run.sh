#!/usr/bin/env bash
# The town in a real browser: tests/browser/run.sh [SPEC…]. One spec is one file here, NAME.mjs; without names all of them run.
# MITOME names the binary, else it is built in build/release. The driver and axe-core are installed below build/, without running
# their scripts. Pictures and logs: build/results/browser/. What a spec looks like: tests/browser/README.md. Ends with "N passed, N failed".
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
for tool in node npm chromium; do command -v "$tool" >/dev/null || missing "$tool is missing: apt-get install nodejs npm chromium"; done
mkdir -p build
if [ -z "${MITOME:-}" ]; then
  MITOME=build/release/apps/mitome
  { [ -f build/release/CMakeCache.txt ] || cmake --preset release; cmake --build build/release --target mitome; } >build/browser.log 2>&1 ||
    missing "cannot build it; see build/browser.log"
fi
export MITOME_DRIVER=$PWD/build/browser
MITOME=$(readlink -f "$MITOME") || missing "no binary: $MITOME"
export MITOME
mkdir -p "$MITOME_DRIVER"
if ! cmp -s "$here/package-lock.json" "$MITOME_DRIVER/installed.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$MITOME_DRIVER/"
  (cd "$MITOME_DRIVER" && npm ci --ignore-scripts --no-audit --no-fund) >build/browser-npm.log 2>&1 ||
    missing "cannot install the driver; see build/browser-npm.log"
  cp "$here/package-lock.json" "$MITOME_DRIVER/installed.json"
fi
exec node "$here/harness/main.mjs" "$@"
