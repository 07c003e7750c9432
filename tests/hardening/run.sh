#!/bin/bash
# SUP-3: the release binary is position-independent, fully RELRO, without executable stack, with stack canaries, fortified and
# (on x86-64) with control-flow protection. tests/hardening/run.sh [BINARY]; its own negative control is a binary built without.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
binary=${1:-${MITOME:-build/release/apps/mitome}}
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

position_independent() { readelf -h "$1" | grep -q 'Type:.*DYN'; }
relro() { readelf -lW "$1" | grep -q GNU_RELRO && readelf -dW "$1" | grep -qE 'BIND_NOW|Flags:.*NOW'; }
stack_not_executable() { readelf -lW "$1" | grep GNU_STACK | grep -vq RWE; }
stack_canary() { readelf -sW "$1" | grep -q __stack_chk_fail; }
fortified() { readelf -sW "$1" | grep -qE '__[a-z]+_chk(@|$| )' && readelf -sW "$1" | grep -oE '__[a-z]+_chk' | grep -vq '^__stack_chk'; }
# The note of the linked file is lost, since Debian's start-up objects lack it; so our code is looked at.
control_flow() { [ "$(uname -m)" != x86_64 ] || objdump -d --disassemble=main "$1" | grep -q endbr64; }

judge() {
  if [ "$1" = "$2" ]; then passed=$((passed + 1)); printf 'ok      %s\n' "$3"; else failed=$((failed + 1)); printf 'FAILED  %s\n' "$3"; fi
}

[ -x "$binary" ] || { echo "no binary: $binary"; echo "0 passed, 1 failed"; exit 1; }
for check in position_independent relro stack_not_executable stack_canary fortified control_flow; do
  if $check "$binary"; then found=yes; else found=no; fi
  judge "$found" yes "$check"
done

printf '#include <cstdio>\n#include <cstring>\nint main(int, char** v) { char b[64]; std::strcpy(b, v[0]); std::puts(b); }\n' >"$work/bare.cc"
if g++ -O0 -fno-stack-protector -U_FORTIFY_SOURCE -fcf-protection=none -no-pie -z execstack -z norelro "$work/bare.cc" -o "$work/bare" 2>"$work/log"; then
  for check in position_independent relro stack_not_executable stack_canary fortified control_flow; do
    if [ "$check" = control_flow ] && [ "$(uname -m)" != x86_64 ]; then continue; fi
    if $check "$work/bare"; then found=yes; else found=no; fi
    judge "$found" no "$check is missed in a binary without it"
  done
else
  cat "$work/log"
  judge no yes "the negative control builds"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
