#!/usr/bin/env bash
# The openssl command line as judge of a filed tax return: its signature, its signer's CA, and what does not pass. Run from anywhere;
# MAKER names the binary that files the return, else it is built in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
command -v openssl >/dev/null || missing "openssl is missing: apt-get install openssl"
if [ -z "${MAKER:-}" ]; then
  MAKER=build/release/tests/interop/mitome_tax_return
  cmake --build build/release --target mitome_tax_return >build/tax-return.log 2>&1 || missing "cannot build it; see build/tax-return.log"
fi
MAKER=$(readlink -f "$MAKER")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
now=$(cd build && "$MAKER" "$work") || missing "our half failed"
cd "$work" || exit 2
passed=0 failed=0

# says TEXT PATTERN COMMAND…: what it prints holds the pattern (extended regular expression)
says() {
  local text=$1 pattern=$2
  shift 2
  "$@" >out 2>&1
  if tr '\n' ' ' <out | grep -aqE -- "$pattern"; then
    passed=$((passed + 1)); echo "ok      $text"
  else
    failed=$((failed + 1)); echo "FAILED  $text"; echo "        wanted: $pattern"; sed 's/^/        /' out | tail -n 20
  fi
}
verify() { # CONTENT SIGNATURE CA
  openssl cms -verify -binary -inform DER -content "$1" -in "$2" -CAfile "$3" -purpose any -attime "$now" -out verified
}

says "the return verifies with the signing CA alone" 'CMS Verification successful|Verification successful' verify return.json return.p7s sign-ca.pem
says "what was verified is the return, byte for byte" '^same ' sh -c 'cmp return.json verified && echo same'
says "another CA of the same name is none" 'Verification failure' verify return.json return.p7s another-ca.pem
sed 's/"due":-\{0,1\}[0-9]*/"due":-99999/' return.json >changed.json
says "a changed sum does not verify" 'digest|Verification failure' verify changed.json return.p7s sign-ca.pem
size=$(stat -c %s return.p7s)
{ head -c $((size - 1)) return.p7s; printf "\\x$(printf %02x $(($(tail -c 1 return.p7s | od -An -tu1) ^ 1)))"; } >changed.p7s
says "a changed signature does not verify" 'Verification failure|bad signature' verify return.json changed.p7s sign-ca.pem
says "the signature stands beside the return, not around it" 'eContent: <ABSENT>' openssl cms -cmsout -print -noout -inform DER -in return.p7s
says "by SHA-256" 'digestAlgorithm: +algorithm: sha256' openssl cms -cmsout -print -noout -inform DER -in return.p7s
says "the return is canonical JSON" '^same $' node -e '
  const text = require("fs").readFileSync("return.json", "utf8");
  const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === "object"
    ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}` : JSON.stringify(v);
  console.log(canonical(JSON.parse(text)) === text ? "same" : "differs");'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
