#!/usr/bin/env bash
# Clients of PKCS #11, unmodified, over OpenSC's module: openssl and curl by the engine of libp11, and a program that is written on libp11.
# They sign CMS and log in by TLS with a card that `mitome card serve` put into the reader. A PIN is typed or stands in a file, never in a
# command line. MITOME names the binary, CLIENT the program on libp11, else it is built in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
. tests/interop/vpcd.sh
mitome=$(readlink -f "${MITOME:-build/release/apps/mitome}")
[ -x "$mitome" ] || missing "no binary: ${MITOME:-build/release/apps/mitome}"
packages="pcscd vsmartcard-vpcd opensc opensc-pkcs11 openssl libengine-pkcs11-openssl libp11-dev curl iproute2"
needs "pcscd pkcs15-tool opensc-tool openssl curl ip" "$packages"
if [ "${1:-}" != inside ] && [ -z "${CLIENT:-}" ]; then
  CLIENT=build/release/tests/interop/mitome_libp11_client
  # Configured anew, since libp11-dev may have come later than the build folder.
  { cmake build/release && cmake --build build/release --target mitome_libp11_client; } >build/libp11-client.log 2>&1 ||
    missing "cannot build it; see build/libp11-client.log"
fi
CLIENT=$(readlink -f "$CLIENT") MITOME=$mitome enter_namespaces tests/interop/pkcs11/run.sh "$@"

# -- inside the namespaces

module=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
start_pcscd
cat >"$work/engine.cnf" <<CONFIG
openssl_conf = judge
[judge]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = $module
init = 0
CONFIG
auth="pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;id=%01"
sign="pkcs11:token=JPKI%20%28Digital%20Signature%20PIN%29;id=%02"
printf 1234 >"$work/pin"
printf 0000 >"$work/wrong_pin"

# typed LINES COMMAND…: with no terminal, openssl and libp11 read what they ask for from standard input
typed() {
  local lines=$1
  shift
  printf '%b' "$lines" | setsid --wait "$@"
}
with_engine() { OPENSSL_CONF=$work/engine.cnf "$@"; }
is_empty() { [ ! -s "$1" ]; }

# -- CMS

cms_sign() {  # cms_sign LINES KEY CERTIFICATE FILE
  with_engine typed "$1" openssl cms -sign -engine pkcs11 -keyform engine -inkey "$2;type=private" -signer "$3" \
    -in "$work/message" -binary -md sha256 -outform DER -out "$4"
}
cms_verify() {  # cms_verify CA FILE CONTENT [option…]
  local ca=$1 file=$2 content=$3
  shift 3
  openssl cms -verify -binary -inform DER -in "$file" -content "$content" -out /dev/null -CAfile "$ca" "$@"
}
# judge_cms NAME FILE CA OTHER-CA [option…]: what must verify, and what must not
judge_cms() {
  local name=$1 file=$2 ca=$3 other=$4
  shift 4
  judge_says "$name: openssl verifies it up to the CA on the card" 'Verification successful' cms_verify "$ca" "$file" "$work/message" "$@"
  judge_refuses "$name: not over another message" \
    'CMS_SignerInfo_verify_content:verification failure' cms_verify "$ca" "$file" "$work/other" "$@"
  judge_refuses "$name: not by the other CA" 'unable to get local issuer certificate' cms_verify "$other" "$file" "$work/message" "$@"
}

echo 'The message' >"$work/message"
echo 'Another message' >"$work/other"
make_card "$work/card"
insert "$work/card"
judge "the authentication certificate is read" pkcs15-tool --read-certificate 1 --output "$work/auth.pem"
judge "and its CA" pkcs15-tool --read-certificate 3 --output "$work/auth_ca.pem"
judge "and that of the signing certificate" pkcs15-tool --read-certificate 4 --output "$work/sign_ca.pem"
judge "it is the one that was issued" same "$(sha256_of_der "$work/auth.pem" PEM)" "$(told "$work/card" auth_sha256)"

judge "authentication key: openssl signs a CMS" cms_sign '1234\n' "$auth" "$work/auth.pem" "$work/auth.cms"
judge_cms "authentication key" "$work/auth.cms" "$work/auth_ca.pem" "$work/sign_ca.pem" -purpose sslclient
judge_refuses "authentication key: openssl does not take it for a signed letter" 'unsuitable certificate purpose' \
  cms_verify "$work/auth_ca.pem" "$work/auth.cms" "$work/message"
judge_refuses "authentication key: not for the holder of another certificate" 'key values mismatch|does not match' \
  cms_sign '1234\n' "$auth" "$work/auth_ca.pem" "$work/none.cms"

# Only the program on libp11 shows the signing certificate to openssl, whose command line reads signers from files alone.
auth_token='^token: JPKI \(User Authentication PIN\)' sign_token='^token: JPKI \(Digital Signature PIN\)'
client_signs() { typed "$1" "$CLIENT" "$module" "$2" "$work"; }
judge_says "signing token: libp11 reads its certificate after the password, signs after the second, verifies" \
  '^verified by: Digital Signature Certificate$' client_signs 'SIGN1234\nSIGN1234\n' 'JPKI (Digital Signature PIN)'
mv "$work/certificate.pem" "$work/sign.pem"
judge "it is the certificate that was issued" same "$(sha256_of_der "$work/sign.pem" PEM)" "$(told "$work/card" sign_sha256)"
judge "signing key: openssl signs a CMS, the password typed twice" cms_sign 'SIGN1234\nSIGN1234\n' "$sign" "$work/sign.pem" "$work/sign.cms"
judge_cms "signing key" "$work/sign.cms" "$work/sign_ca.pem" "$work/auth_ca.pem"
judge_refuses "signing key: openssl asks for the password a second time" 'while reading strings' \
  cms_sign 'SIGN1234\n' "$sign" "$work/sign.pem" "$work/none.cms"
judge_refuses "signing key: and a wrong one is refused then" 'PIN incorrect' \
  cms_sign 'SIGN1234\nSIGN1235\n' "$sign" "$work/sign.pem" "$work/none.cms"
judge_says "the signing token has lost a try" "$sign_token: tries lost\$" "$CLIENT" "$module"
judge_refuses "a wrong PIN" 'PIN incorrect' cms_sign '0000\n' "$auth" "$work/auth.pem" "$work/none.cms"
judge_refuses "a PIN too long" 'Invalid PIN length' cms_sign '12345\n' "$auth" "$work/auth.pem" "$work/none.cms"
judge_says "it never reached the card: only the wrong one cost a try" "$auth_token: tries lost\$" "$CLIENT" "$module"
judge "nothing was signed meanwhile" is_empty "$work/none.cms"
judge "the right PIN restores the tries" cms_sign '1234\n' "$auth" "$work/auth.pem" "$work/auth.cms"
judge_says "as libp11 sees" "$auth_token: all tries left\$" "$CLIENT" "$module"
judge "and the right password those of the signing token" cms_sign 'SIGN1234\nSIGN1234\n' "$sign" "$work/sign.pem" "$work/sign.cms"
judge_says "as libp11 sees" "$sign_token: all tries left\$" "$CLIENT" "$module"

# -- TLS

make_server() {
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$work/server.key" -out "$work/server.pem"
}
# A certificate with the card's names, and a CA with its CA's, under other keys.
forge() {
  openssl req -x509 -newkey rsa:2048 -nodes -subj '/C=JP/O=JPKI-TEST/OU=JPKI for user authentication/OU=Mitome Test Operator' \
    -keyout "$work/forged_ca.key" -out "$work/forged_ca.pem" &&
    openssl req -newkey rsa:2048 -nodes -subj "$(openssl x509 -in "$work/auth.pem" -noout -subject -nameopt compat | sed 's/^subject=//')" \
      -keyout "$work/forged.key" -out "$work/forged.csr" &&
    printf 'extendedKeyUsage = clientAuth\nauthorityKeyIdentifier = none\n' >"$work/forged.ext" &&
    openssl x509 -req -in "$work/forged.csr" -CA "$work/forged_ca.pem" -CAkey "$work/forged_ca.key" -extfile "$work/forged.ext" \
      -out "$work/forged.pem"
}
server_pid=
# serve CA [option…]: lets in who has a certificate of that CA and its key
serve() {
  local ca=$1
  shift
  if [ -n "$server_pid" ]; then kill "$server_pid"; wait "$server_pid" 2>/dev/null; fi
  rm -f "$work/server.log"
  openssl s_server -accept 127.0.0.1:4433 -www -tls1_2 -cert "$work/server.pem" -key "$work/server.key" \
    -Verify 1 -verify_return_error -CAfile "$ca" "$@" >"$work/server.log" 2>&1 &
  server_pid=$!
  wait_for 15 grep ACCEPT "$work/server.log" || { cp "$work/server.log" "$work/out"; differs "the TLS server starts"; }
}
server_says() {  # server_says TEXT PATTERN: it may say it a moment after the client has heard
  if wait_for 15 grep -E -- "$2" "$work/server.log"; then ok "$1"; else cp "$work/server.log" "$work/out"; differs "$1 (no “$2”)"; fi
}
log_in() {  # log_in [option…]: by openssl s_client
  printf 'GET / HTTP/1.0\r\n\r\n' | with_engine timeout 30 openssl s_client -connect 127.0.0.1:4433 -ign_eof -tls1_2 \
    -CAfile "$work/server.pem" -verify_return_error -verify_hostname localhost "$@"
}
card_key() { echo "-engine pkcs11 -keyform engine -key $auth;type=private?pin-source=file:$work/$1"; }
curl_in() {  # curl_in PIN-FILE: certificate and key both from the card
  with_engine curl --disable --noproxy '*' -sS --max-time 30 --cacert "$work/server.pem" https://localhost:4433/ --engine pkcs11 \
    --cert-type ENG --cert "$auth;type=cert" --key-type ENG --key "$auth;type=private?pin-source=file:$work/$1"
}
subject=$(openssl x509 -in "$work/auth.pem" -noout -subject | sed 's/^subject=//')

judge "a TLS server's own certificate" make_server
judge "a forged certificate" forge
serve "$work/auth_ca.pem" -client_sigalgs RSA+SHA256
judge_says "TLS: openssl logs in with the card's key" 'Verify return code: 0 \(ok\)' log_in -cert "$work/auth.pem" $(card_key pin)
server_says "TLS: the server verified the chain and says whose certificate" "^depth=0 $subject"
serve "$work/auth_ca.pem" -client_sigalgs RSA+SHA256
judge_says "TLS: curl logs in with the card's key and certificate" 'Verify return code: 0 \(ok\)' curl_in pin
server_says "TLS: the server says the same of it" "^depth=0 $subject"
serve "$work/auth_ca.pem"
judge_says "TLS: a client that offers RSA with SHA-256 alone" 'Peer signature type: RSA$' \
  log_in -cert "$work/auth.pem" $(card_key pin) -sigalgs RSA+SHA256
judge_refuses "TLS: RSA-PSS, which a server prefers, OpenSC's driver does not have" 'Mechanism invalid' \
  log_in -cert "$work/auth.pem" $(card_key pin)

serve "$work/auth_ca.pem" -client_sigalgs RSA+SHA256
# A server that refuses closes at once, and its alert may be lost on the way: why is read from the server.
judge_fails "TLS: without a certificate" log_in
server_says "TLS: the server says so" 'peer did not return a certificate'
judge_refuses "TLS: openssl does not offer the card's certificate with another key" 'key values mismatch' \
  log_in -cert "$work/auth.pem" -key "$work/forged.key"
judge_fails "TLS: the card's names under another key" log_in -cert "$work/forged.pem" -key "$work/forged.key"
server_says "TLS: the server finds the CA's signature wrong" 'certificate signature failure'
serve "$work/sign_ca.pem" -client_sigalgs RSA+SHA256
judge_fails "TLS: a server that trusts another CA" log_in -cert "$work/auth.pem" $(card_key pin)
server_says "TLS: the server says why" 'unable to get local issuer certificate'
serve "$work/sign_ca.pem" -client_sigalgs RSA+SHA256
judge_fails "TLS: nor does it let curl in" curl_in pin
server_says "TLS: for the same reason" 'unable to get local issuer certificate'
serve "$work/auth_ca.pem" -client_sigalgs RSA+SHA256
judge_refuses "TLS: a wrong PIN" 'PIN incorrect' log_in -cert "$work/auth.pem" $(card_key wrong_pin)
judge_says "TLS: the right one restores the tries" 'Verify return code: 0 \(ok\)' log_in -cert "$work/auth.pem" $(card_key pin)

# -- libp11

judge_says "libp11 reads the certificate, logs in, signs, verifies" '^verified by: User Authentication Certificate$' \
  client_signs '1234\n' 'JPKI (User Authentication PIN)'
judge "it read the certificate that was issued" same "$(sha256_of_der "$work/certificate.pem" PEM)" "$(told "$work/card" auth_sha256)"
openssl x509 -in "$work/auth.pem" -noout -pubkey >"$work/key.pem"
judge "openssl verifies what it signed" openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$work/message"
judge_refuses "libp11 is told of a wrong PIN" '^login: PIN incorrect$' client_signs '0000\n' 'JPKI (User Authentication PIN)'
judge "and of the right one" client_signs '1234\n' 'JPKI (User Authentication PIN)'

# -- a blocked PIN: each client spends one try, and the card counts them together

judge_refuses "first wrong try, by openssl" 'PIN incorrect' cms_sign '0000\n' "$auth" "$work/auth.pem" "$work/none.cms"
judge_refuses "second wrong try, by curl" 'failed to load private key' curl_in wrong_pin
judge_says "libp11 sees that one is left" "$auth_token: one try left\$" "$CLIENT" "$module"
judge_refuses "third wrong try, by libp11" '^login: PIN incorrect$' client_signs '0000\n' 'JPKI (User Authentication PIN)'
take_out
insert "$work/card"
judge_says "libp11 sees that the PIN is locked, also in a card put in anew" "$auth_token: locked\$" "$CLIENT" "$module"
judge_refuses "the right PIN does not help openssl" 'General Error' cms_sign '1234\n' "$auth" "$work/auth.pem" "$work/none.cms"
judge_refuses "nor curl" 'failed to load private key' curl_in pin
judge_refuses "nor libp11" '^login: General Error$' client_signs '1234\n' 'JPKI (User Authentication PIN)'
judge "nothing was signed with a blocked PIN" is_empty "$work/none.cms"
judge "the signing key has its own counter and still signs" cms_sign 'SIGN1234\nSIGN1234\n' "$sign" "$work/sign.pem" "$work/sign.cms"
judge_cms "signing key beside a blocked PIN" "$work/sign.cms" "$work/sign_ca.pem" "$work/auth_ca.pem"
take_out
finish
