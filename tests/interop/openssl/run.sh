#!/usr/bin/env bash
# The openssl command line as judge of our certificates, CRLs and OCSP answers, and we as judge of its. What it prints is read, not its
# exit code: `openssl ocsp` ends well whatever it saw. Run from anywhere; OBJECTS names the binary that makes our half, else it is built
# in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
command -v openssl >/dev/null || missing "openssl is missing: apt-get install openssl"
if [ -z "${OBJECTS:-}" ]; then
  OBJECTS=build/release/tests/interop/mitome_openssl_objects
  cmake --build build/release --target mitome_openssl_objects >build/openssl-objects.log 2>&1 || missing "cannot build it; see build/openssl-objects.log"
fi
work=$(mktemp -d)
maker=
cleanup() {
  exec 3>&- 2>/dev/null
  [ -n "$maker" ] && wait "$maker" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
passed=0 failed=0

# says TEXT PATTERN COMMAND…: what it prints holds the pattern (extended regular expression)
says() {
  local text=$1 pattern=$2
  shift 2
  "$@" >"$work/out" 2>&1
  if tr '\n' ' ' <"$work/out" | grep -aqE -- "$pattern"; then
    passed=$((passed + 1)); echo "ok      $text"
  else
    failed=$((failed + 1)); echo "FAILED  $text"; echo "        wanted: $pattern"; sed 's/^/        /' "$work/out" | tail -n 20
  fi
}
flip_last_byte() { # FILE OUT
  local size; size=$(stat -c %s "$1")
  local last; last=$(tail -c 1 "$1" | od -An -tu1 | tr -d ' ')
  { head -c $((size - 1)) "$1"; printf "\\x$(printf %02x $((last ^ 1)))"; } >"$2"
}

# Our half, kept running so that it can answer requests and judge.
mkfifo "$work/orders" "$work/answers"
"$OBJECTS" "$work" "$(date +%s)" <"$work/orders" >"$work/answers" &
maker=$!
exec 3>"$work/orders" 4<"$work/answers"
read -r -t 60 ready <&4
[ "${ready:-}" = ready ] || missing "our half did not start"
order() { echo "$(date +%s) $*" >&3; read -r -t 60 line <&4; echo "$line"; }
cd "$work" || exit 2
serial_of() { openssl x509 -in "$1" -noout -serial | cut -d= -f2; }

echo "-- our certificates, read by openssl"
says "card, user authentication: policy of the test arm, critical" 'Certificate Policies: critical +Policy: 1\.2\.392\.200149\.8\.5\.1\.0\.30' openssl x509 -in card-auth.pem -noout -text
says "key usage critical, digitalSignature alone" 'Key Usage: critical +Digital Signature +X509v3' openssl x509 -in card-auth.pem -noout -text
says "purpose clientAuth" 'TLS Web Client Authentication' openssl x509 -in card-auth.pem -noout -text
says "OCSP address of the running instance" 'OCSP - URI:http://authority\.localhost/status/ocsp' openssl x509 -in card-auth.pem -noout -text
says "CRL distribution point by directory name" 'DirName: ?C = JP, O = JPKI-TEST, OU = JPKI for user authentication' openssl x509 -in card-auth.pem -noout -text
says "authority key identifier with issuer and serial" 'Authority Key Identifier: +keyid:[0-9A-F:]+ +DirName:/C=JP' openssl x509 -in card-auth.pem -noout -text
says "phone, user authentication: its own policy" 'Policy: 1\.2\.392\.200149\.8\.5\.1\.0\.31' openssl x509 -in phone-auth.pem -noout -text
says "card, signing: digitalSignature and nonRepudiation" 'Key Usage: critical +Digital Signature, Non Repudiation' openssl x509 -in card-sign.pem -noout -text
says "signing: the six items as otherName" '(othername: 1\.2\.392\.200149\.8\.5\.5\.[1-6]:+:?[^,]*(, )?){6}' openssl x509 -in card-sign.pem -noout -text
says "signing: the name as UTF8String" 'UTF8STRING +:黒桐' openssl asn1parse -in card-sign.pem -strparse "$(openssl asn1parse -in card-sign.pem | grep -A1 'Subject Alternative' | tail -n 1 | cut -d: -f1)"
says "OCSP responder: purpose and nocheck" 'OCSP Signing.*OCSP No Check' openssl x509 -in auth-ocsp.pem -noout -text

echo "-- our chains, verified by openssl"
for pair in auth-ca:card-auth auth-ca:phone-auth sign-ca:card-sign sign-ca:phone-sign auth-ca:auth-ocsp iaca:status-signer; do
  ca=${pair%%:*} leaf=${pair##*:}
  says "$leaf leads to $ca" "$leaf.pem: OK" openssl verify -x509_strict -ignore_critical -CAfile "$ca.pem" "$leaf.pem"
done
says "document-signer leads to iaca" 'document-signer.pem: OK' openssl verify -ignore_critical -CAfile iaca.pem document-signer.pem
says "card-sign does not lead to auth-ca" 'verification failed' openssl verify -ignore_critical -CAfile auth-ca.pem card-sign.pem
openssl x509 -in card-auth.pem -outform DER -out card.der && flip_last_byte card.der broken.der
says "one changed byte is refused" 'certificate signature failure' openssl verify -ignore_critical -CAfile auth-ca.pem broken.der

echo "-- our CRLs"
says "user authentication CRL verifies" 'verify OK' openssl crl -in auth.crl -inform DER -CAfile auth-ca.pem -noout -verify
says "signing CRL verifies" 'verify OK' openssl crl -in sign.crl -inform DER -CAfile sign-ca.pem -noout -verify
says "not by the other authority" 'verify failure|Error getting CRL issuer' openssl crl -in auth.crl -inform DER -CAfile sign-ca.pem -noout -verify
flip_last_byte auth.crl broken.crl
says "one changed byte is refused" 'verify failure' openssl crl -in broken.crl -inform DER -CAfile auth-ca.pem -noout -verify
says "version 2, with number and authority key" 'Version 2 .*Authority Key Identifier.*CRL Number: +1' openssl crl -in auth.crl -inform DER -noout -text
says "the suspended one is on hold" "$(serial_of suspended-auth.pem)[^S]*Certificate Hold" openssl crl -in auth.crl -inform DER -noout -text
openssl crl -in auth.crl -inform DER -out auth-crl.pem
says "path validation with the CRL: good" 'card-auth.pem: OK' openssl verify -ignore_critical -crl_check -CRLfile auth-crl.pem -CAfile auth-ca.pem card-auth.pem
says "path validation with the CRL: revoked" 'certificate revoked' openssl verify -ignore_critical -crl_check -CRLfile auth-crl.pem -CAfile auth-ca.pem phone-auth.pem

echo "-- our OCSP answers to its questions"
for hash in sha1 sha256; do
  openssl ocsp -"$hash" -issuer auth-ca.pem -cert card-auth.pem -cert phone-auth.pem -cert suspended-auth.pem -cert never-assigned.pem -reqout q.der 2>/dev/null
  says "$hash: answered" written order answer "$work/q.der" "$work/a.der"
  ask=(openssl ocsp -"$hash" -issuer auth-ca.pem -cert card-auth.pem -cert phone-auth.pem -cert suspended-auth.pem -cert never-assigned.pem -CAfile auth-ca.pem -no_nonce -respin a.der)
  says "$hash: signature and responder" 'Response verify OK' "${ask[@]}"
  says "$hash: card good" 'card-auth.pem: good' "${ask[@]}"
  says "$hash: replaced phone revoked" 'phone-auth.pem: revoked' "${ask[@]}"
  says "$hash: suspended phone on hold" 'suspended-auth.pem: revoked.*Reason: certificateHold' "${ask[@]}"
  says "$hash: never assigned is unknown" 'never-assigned.pem: unknown' "${ask[@]}"
  says "$hash: the nonce came back" '^Response verify OK' openssl ocsp -CAfile auth-ca.pem -issuer auth-ca.pem -reqin q.der -respin a.der
done
openssl ocsp -issuer auth-ca.pem -cert card-auth.pem -reqout other.der 2>/dev/null
says "another question's answer: nonce" 'Nonce Verify error' openssl ocsp -CAfile auth-ca.pem -issuer auth-ca.pem -reqin other.der -respin a.der
flip_last_byte a.der broken-answer.der
says "one changed byte is refused" 'Response Verify Failure|Error reading OCSP response|Error querying OCSP|Responder Error|ASN1|asn1' openssl ocsp -issuer auth-ca.pem -cert card-auth.pem -CAfile auth-ca.pem -respin broken-answer.der -no_nonce
openssl ocsp -issuer iaca.pem -cert document-signer.pem -reqout stranger.der 2>/dev/null
order answer "$work/stranger.der" "$work/stranger-answer.der" >/dev/null
says "a stranger's certificate: unauthorized" 'unauthorized' openssl ocsp -issuer iaca.pem -cert document-signer.pem -respin stranger-answer.der -CAfile iaca.pem
echo nothing >garbage
order answer "$work/garbage" "$work/garbage-answer.der" >/dev/null
says "no request at all: malformedRequest" 'malformedrequest' openssl ocsp -respin garbage-answer.der -issuer auth-ca.pem -cert card-auth.pem

echo "-- its certificates, CRL and OCSP answers, judged by us"
cat >ca.cnf <<'C'
[req]
distinguished_name=dn
prompt=no
[dn]
C=JP
O=OPENSSL-TEST
CN=Their root
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[leaf]
keyUsage=critical,digitalSignature
authorityKeyIdentifier=keyid
[responder]
keyUsage=critical,digitalSignature
extendedKeyUsage=OCSPSigning
authorityKeyIdentifier=keyid
[ca]
default_ca=this
[this]
database=index.txt
serial=serial
crlnumber=crlnumber
new_certs_dir=.
certificate=their-ca.pem
private_key=their-ca.key
default_md=sha256
default_days=30
default_crl_days=1
policy=any
crl_extensions=crl
unique_subject=no
[any]
countryName=optional
organizationName=optional
commonName=supplied
[crl]
authorityKeyIdentifier=keyid
C
: >index.txt; echo 4D01 >serial; echo 07 >crlnumber
theirs() { # KEY-ALGORITHM OPTION
  openssl req -x509 -newkey "$1" -pkeyopt "$2" -nodes -keyout their-ca.key -out their-ca.pem -days 30 -config ca.cnf -extensions root 2>/dev/null
}
issue() { # NAME SECTION
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -config ca.cnf -subj "/C=JP/O=OPENSSL-TEST/CN=$1" 2>/dev/null
  openssl ca -batch -config ca.cnf -extensions "$2" -in "$1.csr" -out "$1.pem" -notext 2>/dev/null
}
theirs rsa rsa_keygen_bits:2048
for name in good held; do issue $name leaf; done
issue responder responder
says "its certificate" '^GOOD' order certificate "$work/their-ca.pem" "$work/good.pem"
says "its root" '^GOOD' order certificate "$work/their-ca.pem" "$work/their-ca.pem"
says "not by our root" '^CERT_UNTRUSTED' order certificate "$work/auth-ca.pem" "$work/good.pem"
openssl ca -config ca.cnf -revoke held.pem -crl_reason certificateHold 2>/dev/null
openssl ca -config ca.cnf -gencrl 2>/dev/null | openssl crl -outform DER -out theirs.crl
says "its CRL: on hold" '^6 *$' order crl "$work/their-ca.pem" "$work/theirs.crl" "$(serial_of held.pem | tr A-F a-f)"
says "its CRL: not listed" '^none' order crl "$work/their-ca.pem" "$work/theirs.crl" "$(serial_of good.pem | tr A-F a-f)"
flip_last_byte theirs.crl broken.crl
says "its CRL with one changed byte" '^CRL_INVALID' order crl "$work/their-ca.pem" "$work/broken.crl" 01
for name in good held; do
  openssl ocsp -issuer their-ca.pem -cert $name.pem -reqout $name.q 2>/dev/null
  openssl ocsp -index index.txt -CA their-ca.pem -rsigner responder.pem -rkey responder.key -reqin $name.q -respout $name.a -ndays 1 >/dev/null 2>&1
done
says "its OCSP answer: good" '^GOOD' order ocsp "$work/their-ca.pem" "$work/good.pem" "$work/good.q" "$work/good.a"
says "its OCSP answer: on hold" '^CERT_SUSPENDED' order ocsp "$work/their-ca.pem" "$work/held.pem" "$work/held.q" "$work/held.a"
says "its OCSP answer to another question" '^OCSP_(NONCE|MISMATCH)' order ocsp "$work/their-ca.pem" "$work/good.pem" "$work/good.q" "$work/held.a"
openssl ocsp -index index.txt -CA their-ca.pem -rsigner good.pem -rkey good.key -reqin good.q -respout bad.a -ndays 1 >/dev/null 2>&1
says "its OCSP answer by a signer without the purpose" '^OCSP_RESPONDER' order ocsp "$work/their-ca.pem" "$work/good.pem" "$work/good.q" "$work/bad.a"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
