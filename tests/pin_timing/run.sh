#!/usr/bin/env bash
# CRD-7: the PIN comparison under valgrind with the PINs marked undefined: no branch and no index may depend on them.
# Needs g++, libssl-dev and valgrind. Ends with "N passed, N failed".
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/pin_timing
mkdir -p "$build"

if ! command -v valgrind >/dev/null; then
  echo "valgrind is missing: apt-get install valgrind" >&2
  exit 2
fi

# As in the release build, and without sanitizers, which valgrind cannot run.
g++ -std=c++20 -O2 -g1 -I"$root/src" -o "$build/pin_timing" \
  "$root"/tests/pin_timing/pin_timing.cc "$root"/src/card/runtime/pin.cc "$root"/src/crypto/secret.cc "$root"/src/base/*.cc \
  -lcrypto

passed=0 failed=0
judge() {  # judge TEXT expected-exit-code arguments…
  local text=$1 expected=$2 code=0
  shift 2
  valgrind --quiet --error-exitcode=9 --log-file="$build/valgrind.log" "$build/pin_timing" "$@" >"$build/out.txt" || code=$?
  if [ "$code" = "$expected" ]; then
    echo "ok      $text"
    passed=$((passed + 1))
  else
    echo "FAILED  $text: exit code $code, not $expected"
    cat "$build/out.txt" "$build/valgrind.log"
    failed=$((failed + 1))
  fi
}

judge "the card's comparison does not depend on a PIN's bytes" 0
judge "negative control: a comparison that stops at the first difference is caught" 9 naive
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
