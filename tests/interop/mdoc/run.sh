#!/usr/bin/env bash
# Three mdoc libraries of other people judge what we issue, present and verify, and we judge theirs: every chain of issuer, holder and verifier
# with us in it, by signature and by MAC, and each with one letter changed. Run from anywhere; MITOME names the binary, else it is built in
# build/release. The libraries are installed below build/, without running their scripts. Ends with "N passed, N failed".
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
for tool in openssl node npm; do command -v "$tool" >/dev/null || missing "$tool is missing: apt-get install openssl nodejs npm"; done
if [ -z "${MITOME:-}" ]; then
  MITOME=build/release/apps/mitome
  mkdir -p build
  { [ -f build/release/CMakeCache.txt ] || cmake --preset release; cmake --build build/release --target mitome; } >build/mdoc-interop.log 2>&1 ||
    missing "cannot build it; see build/mdoc-interop.log"
fi
MITOME=$(readlink -f "$MITOME")
judges=build/interop-mdoc
mkdir -p "$judges"
if ! cmp -s "$here/package.json" "$judges/package.json"; then
  cp "$here/package.json" "$judges/package.json"
  (cd "$judges" && npm i --ignore-scripts --no-audit --no-fund --no-package-lock) >build/mdoc-interop-npm.log 2>&1 ||
    { rm -f "$judges/package.json"; missing "cannot install the judges; see build/mdoc-interop-npm.log"; }
fi
cp "$here"/*.mjs "$judges/"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A root, a document signer with its profile, a holder's and a reader's key.
for key in iaca ds device reader; do
  openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null | openssl pkcs8 -topk8 -nocrypt -out "$work/$key.pem" || missing "openssl makes no key"
done
openssl pkey -in "$work/reader.pem" -pubout -out "$work/reader.pub"
openssl req -x509 -new -key "$work/iaca.pem" -days 1000 -subj "/C=JP/O=MITOME-TEST/CN=IACA" -out "$work/iaca.crt" \
  -addext "keyUsage=critical,keyCertSign,cRLSign" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" || missing "openssl makes no root"
cat >"$work/ds.cnf" <<'EOF'
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,1.0.23220.4.1.2
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
EOF
openssl req -new -key "$work/ds.pem" -subj "/C=JP/O=MITOME-TEST/CN=Document Signer" -out "$work/ds.csr" &&
  openssl x509 -req -in "$work/ds.csr" -CA "$work/iaca.crt" -CAkey "$work/iaca.pem" -set_serial 0x4D1234567890 -days 365 \
    -extfile "$work/ds.cnf" -out "$work/ds.crt" 2>/dev/null || missing "openssl makes no document signer"

cd "$judges" && node judge.mjs "$work" "$MITOME"
