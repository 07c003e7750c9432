#!/usr/bin/env bash
# Somebody else's OpenID Connect client, unmodified, logs in at our gate as an outside service. Run from anywhere; the gate stands in a driver
# (gate_driver.cc) that is built in build/release, the client is installed below build/ without running its scripts. Ends with "N passed, N failed".
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
for tool in node npm; do command -v "$tool" >/dev/null || missing "$tool is missing: apt-get install nodejs npm"; done
mkdir -p build
if [ -z "${MITOME_GATE_DRIVER:-}" ]; then
  { [ -f build/release/CMakeCache.txt ] || cmake --preset release; cmake --build build/release --target mitome_gate_driver; } \
    >build/openid-interop.log 2>&1 || missing "cannot build the driver; see build/openid-interop.log"
  MITOME_GATE_DRIVER=$(find build/release/ -name mitome_gate_driver -type f | head -n 1)
fi
driver=$(readlink -f "$MITOME_GATE_DRIVER")
judges=build/interop-openid
mkdir -p "$judges"
if ! cmp -s "$here/package.json" "$judges/package.json"; then
  cp "$here/package.json" "$judges/package.json"
  (cd "$judges" && npm i --ignore-scripts --no-audit --no-fund --no-package-lock) >build/openid-interop-npm.log 2>&1 ||
    { rm -f "$judges/package.json"; missing "cannot install the client; see build/openid-interop-npm.log"; }
fi
cp "$here"/*.mjs "$judges/"
# Node 18 has Web Crypto, but does not show it unasked (and "node -e" shows the module of that name, so it cannot be asked there).
flag=
case "$(node --version)" in v18.*) flag=--experimental-global-webcrypto ;; esac
cd "$judges" && node $flag judge.mjs "$driver"
