#!/usr/bin/env bash
# The outside judge of the card: OpenSC, unmodified, through pcscd and vpcd, reads a card that `mitome card new` made and
# `mitome card serve` put into the reader; openssl checks what the card signed. tests/interop/opensc/run.sh; MITOME names the
# binary. Everything runs in its own network and mount namespace, since vpcd listens on all addresses. Ends with
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
. tests/interop/vpcd.sh
mitome=$(readlink -f "${MITOME:-build/release/apps/mitome}")
[ -x "$mitome" ] || missing "no binary: ${MITOME:-build/release/apps/mitome}"
needs "pcscd pkcs15-tool pkcs11-tool opensc-tool openssl ip" "pcscd vsmartcard-vpcd opensc opensc-pkcs11 openssl iproute2"
MITOME=$mitome enter_namespaces tests/interop/opensc/run.sh "$@"

# -- inside the namespaces

module=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
start_pcscd --apdu

p11() { pkcs11-tool --module "$module" "$@"; }

# verify TEXT CERTIFICATE-PEM: the signature in $work/signature over $work/message, and not over another message
verify() {
  openssl x509 -in "$2" -noout -pubkey >"$work/key.pem"
  judge "$1: openssl verifies it with the certificate's key" \
    openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$work/message"
  judge_fails "$1: and refuses another message" \
    openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$work/other"
}

echo 'The message' >"$work/message"
echo 'Another message' >"$work/other"
make_card "$work/card"
judge_fails "card serve in a reader that is not there is refused" "$mitome" card serve "$work/card" --port 9

insert "$work/card"
judge_says "a second reader cannot take the same card" 'is in another reader' "$mitome" card serve "$work/card" --slot 1

# Once among all drivers, whose probes a lax card would answer, and once with OpenSC's JPKI driver named.
for driver in "" jpki; do
  if [ -n "$driver" ]; then
    export OPENSC_DRIVER=$driver
    name="driver named"
  else
    unset OPENSC_DRIVER
    name="driver found"
  fi
  judge_says "$name: opensc-tool takes it for a JPKI card" '^jpki$' opensc-tool --name
  judge_says "$name: pkcs15-tool lists the authentication certificate" 'User Authentication Certificate' pkcs15-tool --list-certificates
  judge_says "$name: pkcs15-tool --dump has both PINs" 'Digital Signature PIN' pkcs15-tool --dump
  judge_says "$name: pkcs11-tool -L has the authentication token" 'JPKI \(User Authentication PIN\)' p11 -L
  judge_says "$name: pkcs11-tool -L has the signing token" 'JPKI \(Digital Signature PIN\)' p11 -L
  judge_says "$name: pkcs11-tool -O lists objects without PIN" 'Certificate Object' p11 -O

  judge "$name: the authentication certificate is read" pkcs15-tool --read-certificate 1 --output "$work/auth.pem"
  judge "$name: it is the one that was issued" same "$(sha256_of_der "$work/auth.pem" PEM)" "$(told "$work/card" auth_sha256)"
  judge "$name: the signing certificate is not shown before its password" \
    bash -c "! pkcs11-tool --module '$module' --slot-index 1 --read-object --type cert --id 02 --output-file '$work/hidden.der' || [ ! -s '$work/hidden.der' ]"

  judge "$name: login and signature by the authentication key" \
    p11 --slot-index 0 --login --pin 1234 --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/message" --output-file "$work/signature"
  verify "$name: authentication signature" "$work/auth.pem"

  judge "$name: the signing certificate is read after the password" \
    p11 --slot-index 1 --login --pin SIGN1234 --read-object --type cert --id 02 --output-file "$work/sign.der"
  judge "$name: it is the one that was issued" same "$(sha256_of_der "$work/sign.der" DER)" "$(told "$work/card" sign_sha256)"
  openssl x509 -in "$work/sign.der" -inform DER -out "$work/sign.pem"
  judge "$name: login and signature by the signing key (the password twice)" \
    p11 --slot-index 1 --login --pin SIGN1234 --sign --mechanism SHA256-RSA-PKCS --id 02 --input-file "$work/message" --output-file "$work/signature"
  verify "$name: signature by the signing key" "$work/sign.pem"

  judge "$name: the CA certificates are on the card" pkcs15-tool --read-certificate 3 --output "$work/ca.pem"
  judge_says "$name: a wrong PIN is told as wrong" 'CKR_PIN_INCORRECT' \
    p11 --slot-index 0 --login --pin 0000 --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/message" --output-file "$work/none"
  judge "$name: the right one restores the tries" \
    p11 --slot-index 0 --login --pin 1234 --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/message" --output-file "$work/signature"
done
unset OPENSC_DRIVER

# -- a blocked PIN, over a card that is taken out and put in again
sign_with() { p11 --slot-index 0 --login --pin "$1" --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/message" --output-file "$work/none"; }
judge_says "first wrong try" 'CKR_PIN_INCORRECT' sign_with 0000
judge_says "second wrong try" 'CKR_PIN_INCORRECT' sign_with 0000
take_out
ok "the card is taken out, and card serve ends well"
insert "$work/card"
judge_says "the counter was kept: one try is left" 'final user PIN try|PIN count low' p11 -L
judge_fails "third wrong try" sign_with 0000
judge_says "the token says that its PIN is locked" 'user PIN locked' p11 -L
judge_fails "the right PIN does not open a blocked card" sign_with 1234
judge "the signing key has its own counter and still works" \
  p11 --slot-index 1 --login --pin SIGN1234 --sign --mechanism SHA256-RSA-PKCS --id 02 --input-file "$work/message" --output-file "$work/signature"
verify "signature with a blocked authentication PIN" "$work/sign.pem"
take_out

# -- two cards at once, by `mitome card` itself through PC/SC, and what was said to them
echo '{"name":"架空　太郎","birth_date":"1971-09-01"}' >"$work/taro.json"
judge "a second card" "$mitome" card new --person "$work/taro.json" --out "$work/taro"
both_have_cards() { [ "$(opensc-tool --list-readers | grep -c 'Yes')" = 2 ]; }
judge_refuses "three cards have no room" 'USAGE.*two readers' "$mitome" card serve "$work/card" "$work/taro" "$work/card"
"$mitome" card serve "$work/card" "$work/taro" --log "$work/apdus" >"$work/serve.log" 2>&1 &
card_pid=$!
wait_for 15 both_have_cards || { cat "$work/serve.log"; differs "a card in each reader"; }
ok "a card in each reader"
judge_says "card list knows both" '00 01: JPKIAPICCTOKEN2' "$mitome" card list
judge_says "which of the two must be said" 'USAGE.*several readers' "$mitome" card show
second=$(opensc-tool --list-readers | grep -o 'Virtual.*00 01')
judge_says "card read through PC/SC" '架空　太郎' bash -c "echo '{\"text\":\"5678\"}' | '$mitome' card read --reader '$second' --pins -"
judge "card compare through PC/SC: no difference" "$mitome" card compare --reader "$second"
judge_refuses "card compare: a PIN that is blocked ends it" 'PIN_BLOCKED' \
  bash -c "echo '{\"auth\":\"1234\"}' | '$mitome' card compare --reader '${second%1}0' --pins -"
judge "OpenSC signs with the second card's signing key" \
  p11 --slot-index 3 --login --pin SIGN1234 --sign --mechanism SHA256-RSA-PKCS --id 02 --input-file "$work/message" --output-file "$work/signature"
judge_says "its VERIFY is in the log, and its PIN covered" 'VERIFY signing password.*\*\* \*\*' "$mitome" card log "$work/apdus"
judge_says "and that a DigestInfo was signed" 'COMPUTE DIGITAL SIGNATURE signing key.*DigestInfo' "$mitome" card log "$work/apdus"
judge_fails "no PIN and no name is in the log" grep -E 'SIGN1234|53 49 47 4E|架空' "$work/apdus"
judge_says "pcscd’s own words are decoded" 'VERIFY.*tries left' bash -c "'$mitome' card log '$work/pcscd.log'"
kill -INT "$card_pid"
wait "$card_pid" || differs "two cards are taken out (exit code $?)"
card_pid=
judge "and both are told" same "$(grep -c 'The card is out' "$work/serve.log")" 2

# -- phones in the same reader
take_phone() {  # take_phone KIND [AGREE]: the one before is taken out
  if [ -n "$card_pid" ]; then take_out; fi
  rm -f "$work/phone"
  "$mitome" card new --kind "$1" --out "$work/phone" >/dev/null || differs "a phone is made"
  "$mitome" card serve "$work/phone" ${2:+--agree "$2"} >"$work/serve.log" 2>&1 &
  card_pid=$!
  wait_for 15 reader_has_card || { cat "$work/serve.log"; differs "the phone is seen in the reader"; }
}
take_phone phone
judge_refuses "a phone to which nobody agrees is dark" 'CARD_REFUSED.*6[Aa]82' "$mitome" card show
take_phone phone auth
judge_says "agreed to: its token" 'token: JPKIAPIOSTOKEN' "$mitome" card show
judge "card compare: no difference from a phone" "$mitome" card compare
judge_says "OpenSC reads its authentication certificate" 'BEGIN CERTIFICATE' pkcs15-tool --read-certificate 1
judge "it signs without a PIN" "$mitome" card sign "$work/message" --out "$work/phone.sig"
openssl x509 -inform DER -in "$work/phone.sig.der" -pubkey -noout >"$work/key.pem"
judge "openssl verifies it" openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/phone.sig" "$work/message"
judge_says "under a phone's policy" '1.2.392.200149.8.5.1.0.31' openssl x509 -inform DER -in "$work/phone.sig.der" -noout -text
judge_refuses "an agreement to a login is none to a signature" 'CARD_REFUSED' "$mitome" card sign "$work/message" --key sign --out "$work/none.sig"
take_phone pin-phone
judge_says "a phone behind a PIN: its token" 'token: JPKIAPGPSETOKEN' "$mitome" card show
judge_fails "it shows no certificate before" bash -c "'$mitome' card show | grep auth_certificate"
judge "card compare: no difference from such a phone" "$mitome" card compare
judge "it signs after its PIN" bash -c "echo '{\"auth\":\"1234\"}' | '$mitome' card sign '$work/message' --pins - --out '$work/pin.sig'"
judge_says "card list knows it" 'JPKIAPGPSETOKEN' "$mitome" card list
take_out
echo '{"birth_date":"20200101"}' >"$work/child.json"
judge_refuses "nobody under 15 has one" 'NO_SIGNING_CERTIFICATE' "$mitome" card new --kind phone --person "$work/child.json" --out "$work/none"
finish
