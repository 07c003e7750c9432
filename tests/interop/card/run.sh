#!/usr/bin/env bash
# `mitome card` over a card file, as a script uses it; openssl judges what the card signed, OpenJPEG and file(1)'s eyes what is drawn in its chip.
# MITOME names the binary. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
mitome=$(readlink -f "${MITOME:-build/release/apps/mitome}")
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
[ -x "$mitome" ] || missing "no binary: ${MITOME:-build/release/apps/mitome}"
for tool in openssl jq opj_decompress groff; do
  command -v $tool >/dev/null || missing "$tool is missing: apt-get install openssl jq libopenjp2-tools groff-base"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0

# judge TEXT EXIT PATTERN COMMAND…: the exit code, and a line that its output must have
judge() {
  local text=$1 exit=$2 pattern=$3 status
  shift 3
  "$@" >out 2>&1 </dev/null
  status=$?
  report "$text" "$exit" "$pattern" "$status"
}
# judge_typed TEXT EXIT PATTERN INPUT COMMAND…: the same, with lines on standard input
judge_typed() {
  local text=$1 exit=$2 pattern=$3 input=$4 status
  shift 4
  printf '%b' "$input" | "$@" >out 2>&1
  status=${PIPESTATUS[1]}
  report "$text" "$exit" "$pattern" "$status"
}
report() {
  if [ "$4" = "$2" ] && grep -Eq -- "$3" out; then
    passed=$((passed + 1))
    echo "ok      $1"
  else
    failed=$((failed + 1))
    echo "FAILED  $1 (exit $4, expected $2 and “$3”)"
    sed 's/^/        /' out | tail -n 8
  fi
}

echo '{"name":"見本　花子","birth_date":"19800217"}' >person.json
judge "a card is made" 0 '"number_b":"5502172' "$mitome" --json card new --person person.json --out card
echo '{"text":"5678","juki":"9012","sign":"SIGN1234","auth":"1234"}' >pins.json

judge "without a PIN: its applications" 0 '\["jpki","text","surface","juki","common"\]' "$mitome" card show --card card
cp out shown
judge "without a PIN: no name" 1 '^0$' grep -c 見本 shown
judge "with the PINs" 0 . "$mitome" --json card read --card card --pins pins.json
cp out read.json
judge "the name" 0 '^見本　花子$' jq -r .name read.json
judge "the birth date" 0 '^19800217$' jq -r .birth_date read.json
judge "twelve digits" 0 '^[0-9]{12}$' jq -r .my_number read.json
judge "eleven digits of the register" 0 '^[0-9]{11}$' jq -r .resident_code read.json
jq -r .face.photo_jp2 read.json | base64 -d >photo.jp2
judge "OpenJPEG decodes the photo" 0 . opj_decompress -i photo.jp2 -o photo.pgm
judge "as large as it was drawn" 0 '^240 320$' grep -m1 '^[0-9]* [0-9]*$' photo.pgm
jq -r .face.name_png read.json | base64 -d >name.png
judge "the name is a picture of one bit" 0 ' 01$' od -An -tx1 -j24 -N1 name.png
jq -r .sign_certificate.der read.json | base64 -d >sign.der
judge "openssl reads the signing certificate" 0 'O = JPKI-TEST' openssl x509 -inform DER -in sign.der -noout -issuer

echo "a letter" >letter
judge "signed" 0 . "$mitome" card sign letter --key sign --pins pins.json --card card --out letter.sig
openssl x509 -inform DER -in letter.sig.der -pubkey -noout >key.pem
judge "openssl verifies it" 0 'Verified OK' openssl dgst -sha256 -verify key.pem -signature letter.sig letter
echo "another" >letter
judge "and refuses another letter" 1 'Verification failure|verifying' openssl dgst -sha256 -verify key.pem -signature letter.sig letter
judge "a signature is not written over" 64 'USAGE' "$mitome" card sign letter --key sign --pins pins.json --card card --out letter.sig

judge_typed "a wrong PIN: which, and the tries left" 1 'PIN_WRONG.*user authentication PIN; tries left: 2' '0000\n' "$mitome" card verify-pin auth --card card
judge_typed "the same in Japanese" 1 '利用者証明用の暗証番号; 残り回数: 1' '0000\n' "$mitome" --lang ja card verify-pin auth --card card
judge_typed "the right one" 0 'Right' '1234\n' "$mitome" card verify-pin auth --card card
judge "and the tries are back" 0 'auth: 3' "$mitome" card show --card card
judge_typed "what is no PIN costs no try" 1 'PIN_FORMAT' '12\n' "$mitome" card verify-pin auth --card card
judge_typed "a new PIN" 0 'Changed' '9012\n1111\n' "$mitome" card change-pin juki --card card
judge_typed "in both applications that have it" 1 'PIN_WRONG.*register' '9012\n' "$mitome" card verify-pin juki --card card
for _ in 1 2 3; do printf '0000\n' | "$mitome" card verify-pin text --card card >/dev/null 2>&1; done
judge_typed "locked" 1 'PIN_BLOCKED.*card-surface PIN' '5678\n' "$mitome" card verify-pin text --card card
judge_typed "the counter sets it anew" 0 'with all its tries' '4444\n' "$mitome" card unblock text --card card
judge_typed "and it works" 0 'Right' '4444\n' "$mitome" card verify-pin text --card card
judge "a PIN is no argument" 64 . "$mitome" card verify-pin auth 1234 --card card
judge "no PIN at all" 64 'standard input' "$mitome" card verify-pin auth --card card
judge "wrong usage in JSON, too" 64 '"reason":"USAGE".*--out is required' "$mitome" card new --json
judge "and in Japanese" 64 'コマンドまたは入力が誤っています.*--count' "$mitome" --lang ja card new --out none --count 0
judge "another word for a PIN" 64 'auth, sign, text or juki' "$mitome" card verify-pin pin --card card
# -- verified without a network
judge "keys that verify its cards" 0 . "$mitome" card new --out other --trust-out trust.pem
judge "one key and two authorities" 0 '^3$' grep -c BEGIN trust.pem
judge "with them everything is verified" 0 '"verified":\["auth_certificate","sign_certificate","my_number","name","address","birth_date","sex","face.name_png","face.address_png","face.photo_jp2"\]' "$mitome" --json card read --card other --pins pins.json --trust trust.pem
judge "another authority's card is not" 1 'CERT_UNTRUSTED' "$mitome" card read --card card --pins pins.json --trust trust.pem
judge "without them it says so" 0 'verified: \[\]' "$mitome" card read --card other --pins pins.json
awk '/BEGIN CERT/ {exit} {print}' trust.pem >files.pem
judge "the files' key alone is not enough for certificates" 1 'CERT_UNTRUSTED' "$mitome" card read --card other --pins pins.json --trust files.pem
judge "what has no key" 1 'MALFORMED' "$mitome" card read --card other --pins pins.json --trust pins.json
rm -f again && "$mitome" card new --out again --trust-out again.pem >/dev/null
(cat files.pem; awk '/BEGIN CERT/ {on=1} on' again.pem) >mixed.pem
judge "nor the authorities with another key for files" 1 'CERT_UNTRUSTED' "$mitome" card read --card again --pins pins.json --trust mixed.pem

# -- what was said to a card
judge "a log beside a reading" 0 . "$mitome" card read --card other --pins pins.json --log apdus
judge "a PIN is covered in it" 0 'VERIFY card-surface PIN \(text 0011\): 9000 done  \[00 20 00 80 04 \*\* \*\* \*\* \*\*\]' "$mitome" card log apdus
judge "in Japanese" 0 'VERIFY 券面事項入力補助用の暗証番号 \(text 0011\): 9000 正常' "$mitome" --lang ja card log apdus
judge "as JSON" 0 '^"0018"$' bash -c "'$mitome' --json card log apdus | jq -c 'select(.instruction == \"VERIFY\" and .sent > 0) | .file' | head -n 1"
judge "0600" 0 '^600$' stat -c %a apdus
"$mitome" --json card read --card other --pins pins.json >read.json
for what in .my_number .name .address .resident_code .card.number; do
  judge "$what is not in the log" 1 '^0$' grep -cF "$(jq -r $what read.json)" apdus
done
judge "nor the PIN, in hexadecimal" 1 '^0$' grep -cE '35 ?36 ?37 ?38|53 ?49 ?47 ?4E' apdus
judge "what is no log" 1 'MALFORMED.*no APDU' "$mitome" card log letter
judge "a line that is broken is named" 1 'line 1' "$mitome" card log pins.json
echo '{"command":"00 84","sw":"90","sent":0,"received":0}' >short
judge "and what is wrong with it" 1 'MALFORMED.*line 1: sw is not of four' "$mitome" card log short
head -c 600000 /dev/zero | tr '\0' a >long
judge "a line has a limit" 1 'LIMIT_EXCEEDED.*line 1' "$mitome" card log long
judge "a log that cannot be written stops nothing, and says so" 0 'the log of APDUs cannot be written' "$mitome" card show --card other --log /dev/full
judge "two cards and one slot" 64 'neither --slot nor --port' "$mitome" card serve card other --slot 1

# -- compared with a card of ours
judge "our own card does not differ" 0 'differences: 0' "$mitome" card compare --card other
judge "nor with its PINs" 0 'differences: 0' "$mitome" card compare --card other --pins pins.json --out report.json
judge "a report is not written over" 64 'USAGE' "$mitome" card compare --card other --pins pins.json --out report.json
for what in .my_number .name .address .resident_code .card.number .birth_date .auth_certificate.serial .sign_certificate.sha256; do
  judge "$what is not in the report" 1 '^0$' grep -ciF "$(jq -r $what read.json)" report.json
done
echo '{"birth_date":"20200101"}' >child.json
"$mitome" card new --person child.json --out child >/dev/null
judge "a child's card differs in the signing files" 1 'jpki 0001 SELECT: here 6A82; ours 9000' "$mitome" card compare --card child
judge "every question" 1 '^jpki 000A READ BINARY: 9000, a DER object' "$mitome" card compare --card child --all
judge_typed "a wrong PIN ends it" 1 'PIN_WRONG' '{"text":"0000"}' "$mitome" card compare --card child --pins -

# -- many
printf '{"name":"見本　一"}\n{"name":"見本　二"}\n' >persons
judge "persons of a file, and one made up" 0 'Cards made: 3' "$mitome" card new --person persons --count 3 --out cards
judge "a card each" 0 '^0001.card$' ls cards
judge "with its own person" 0 '見本　二' "$mitome" card read --card cards/0002.card --pins pins.json
judge "as many as the file has" 0 '"cards":2' "$mitome" --json card new --person persons --out two
judge "a folder is not added to" 64 'not empty' "$mitome" card new --person persons --out two
echo '[{},{"sex":"3"}]' >bad
truncate -s 257M huge
judge "persons have a limit" 1 'LIMIT_EXCEEDED.*256 MiB' "$mitome" card new --person huge --out three
judge "no folder inside a file" 2 'STORAGE_FAILED.*cannot make' "$mitome" card new --count 2 --out persons/inside
"$mitome" card new --count 1000 --out stopped >out 2>&1 &
until [ -e stopped/0001.card ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
kill -INT $!
wait $!
report "interrupted, it says how many there are" 2 'interrupted; cards made: [1-9]' $?
judge "and each of them is whole" 0 "^$(ls stopped | wc -l)\$" bash -c "for card in stopped/*; do '$mitome' card show --card \$card --json; done | grep -c JPKIAPICCTOKEN2"
judge "who cannot be is named, before any card is made" 1 'person 2: sex' "$mitome" card new --person bad --out three
judge "and no folder is left" 2 . ls three
judge "what is no card" 1 'MALFORMED|LIMIT' "$mitome" card show --card person.json
judge "no reader service, or nothing in a reader" 2 'UNREACHABLE|CARD_SILENT' "$mitome" card show --reader "No Such Reader"

# -- the manual page and the completion
"$mitome" --lang en manual >mitome.1
"$mitome" --lang ja manual >mitome.ja.1
judge "groff finds nothing wrong with the manual page" 1 '^0$' grep -c . <(groff -man -ww -z -K utf8 -T utf8 mitome.1 2>&1)
judge "every card command is in it" 0 '^11$' grep -cE '^\.SS mitome card (new|serve|log|list|show|read|sign|verify\\-pin|change\\-pin|unblock|compare)$' mitome.1
# Behind each command and each option stands a sentence; in the Japanese page it is in Japanese.
sentences() { awk 'after {print; after = 0} /^\.SS |^\.B .*/ {after = 1}' "$1" | tail -n +2; }
sentences mitome.1 >english
sentences mitome.ja.1 >japanese
judge "the Japanese page tells of as much" 0 "^$(wc -l <english) japanese\$" wc -l japanese
judge "and all of it in Japanese" 1 '^0$' grep -cvP '[^\x00-\x7F]' japanese
judge "help in Japanese" 0 '^終了コード' "$mitome" --lang ja card compare --help
judge "help by the environment" 0 'カードを作る' env LC_ALL=ja_JP.UTF-8 "$mitome" card --help
cat >complete <<'SCRIPT'
source <("$1" completion bash)
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_mitome
echo "${COMPREPLY[*]}"
SCRIPT
completes() { judge "completed: $1" 0 "^$2\$" bash complete "$mitome" "${@:3}"; }
completes "a command" 'card completion' mitome c
completes "a command of a command" 'verify-pin' mitome --lang ja card ver
completes "which PIN" 'auth sign text juki' mitome card unblock ''
completes "an option" '--key' mitome card sign letter --k
completes "its values" 'auth sign' mitome card sign letter --key ''
completes "nothing where a file may stand" '' mitome card read --pins ''
echo "$passed passed, $failed failed"
[ $failed = 0 ]
