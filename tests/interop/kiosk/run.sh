#!/usr/bin/env bash
# Poppler, ZBar and the openssl command line as judges of the kiosk's papers and of CMS. Run from anywhere; PAPERS names the binary that
# makes our half, else it is built in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
for tool in openssl pdfsig pdftotext pdftoppm pdffonts pdfinfo zbarimg; do
  command -v "$tool" >/dev/null || missing "$tool is missing: apt-get install openssl poppler-utils zbar-tools"
done
if [ -z "${PAPERS:-}" ]; then
  PAPERS=build/release/tests/interop/mitome_kiosk_papers
  cmake --build build/release --target mitome_kiosk_papers >build/kiosk-papers.log 2>&1 || missing "cannot build it; see build/kiosk-papers.log"
fi
PAPERS=$(readlink -f "$PAPERS")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd build && "$PAPERS" "$work") || missing "our half failed"
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
flip_at() { # FILE OFFSET OUT: one bit of one byte
  local byte; byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
  { head -c "$2" "$1"; printf "\\x$(printf %02x $((byte ^ 1)))"; tail -c +"$(($2 + 2))" "$1"; } >"$3"
}
offset_of() { grep -abo -- "$2" "$1" | tail -n 1 | cut -d: -f1; }

echo "-- the papers, read by Poppler"
for paper in residence seal; do
  says "$paper: pdfsig says valid" 'Signature Type: ETSI.CAdES.detached.*Total document signed.*Signature Validation: Signature is Valid' pdfsig -nocert "$paper.pdf"
  says "$paper: signed by the municipality" 'Signer Certificate Common Name: 架空市' pdfsig -nocert "$paper.pdf"
  says "$paper: one page of A4" 'Pages: +1 .*595.28 x 841.89 pts \(A4\)' pdfinfo "$paper.pdf"
  says "$paper: marked as a specimen" '見本 SPECIMEN' pdftotext "$paper.pdf" -
  says "$paper: says whose it is" '氏名 +山田 +花子' pdftotext -layout "$paper.pdf" -
  says "$paper: its fonts are inside" 'NotoSerifCJK.*yes yes yes' pdffonts "$paper.pdf"
  pdftoppm -r 200 -png "$paper.pdf" "$paper-page"
  says "$paper: the QR code leads to the code's check" 'http://kiosk\.localhost:8704/verify\?code=7K3MQ9TZ2XBDHW4C' zbarimg -q --raw "$paper-page-1.png"
  says "$paper: the same on the screen's picture" 'http://kiosk\.localhost:8704/verify\?code=7K3MQ9TZ2XBDHW4C' zbarimg -q --raw "$paper.png"
done
says "residence: the title" '住 +民 +票 +の +写 +し' pdftotext -layout residence.pdf -
says "seal: the title" '印 +鑑 +登 +録 +証 +明 +書' pdftotext -layout seal.pdf -
says "the issue date is of an era" '令和8年6月1日' pdftotext residence.pdf -

echo "-- one changed byte"
flip_at residence.pdf 5000 changed.pdf
says "in the page" 'Signature Validation: (Digest Mismatch|Signature is Invalid)' pdfsig -nocert changed.pdf
flip_at residence.pdf "$(($(offset_of residence.pdf '/Reason <') + 20))" changed.pdf
says "in the reason for signing" 'Signature Validation: (Digest Mismatch|Signature is Invalid)' pdfsig -nocert changed.pdf
cp residence.pdf longer.pdf && echo '% more' >>longer.pdf
says "what is appended is not covered" 'Not total document signed' pdfsig -nocert longer.pdf

echo "-- CMS, verified by openssl"
verify() { openssl cms -verify -binary -inform DER -CAfile ca.pem -purpose any -attime 1780300800 -ignore_critical "$@" -out /dev/null; }
says "ECDSA, with the signer named" 'Verification successful' verify -cades -in ec.p7s -content content
says "RSA as a card signs, with the signer named" 'Verification successful' verify -cades -in rsa.p7s -content content
says "RSA, the signer known only afterwards" 'Verification successful' verify -in unnamed.p7s -content content
says "which is no CAdES" 'Verification failure' verify -cades -in unnamed.p7s -content content
says "with its content inside" 'Verification successful' verify -cades -in inside.p7m
echo '申告書 2027' >other
says "another content is refused" 'Verification failure' verify -in rsa.p7s -content other
flip_at rsa.p7s $(($(stat -c %s rsa.p7s) - 1)) broken.p7s
says "another signature is refused" 'Verification failure' verify -in broken.p7s -content content
says "openssl reads every part" 'CMS_ContentInfo: .*signedAttrs.*id-smime-aa-signingCertificateV2' openssl cms -cmsout -print -noout -inform DER -in rsa.p7s

echo "-- openssl's CMS, judged by us"
openssl cms -sign -binary -nosmimecap -in content -signer city.pem -inkey city.key -outform DER -md sha256 -out theirs.p7s 2>err || cat err
says "detached, ECDSA" '^GOOD' "$PAPERS" judge theirs.p7s content
openssl cms -sign -binary -cades -nosmimecap -in content -signer city.pem -inkey city.key -outform DER -md sha256 -out theirs.p7s 2>err || cat err
says "with CAdES attributes" '^GOOD' "$PAPERS" judge theirs.p7s content
says "another content" '^VALUE_DIGEST_MISMATCH' "$PAPERS" judge theirs.p7s other

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
