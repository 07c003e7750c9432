#!/bin/bash
# The story as a stranger runs it: every step, every broken step, and its evidence before the openssl command line.
# MITOME names the binary (build/release/apps/mitome otherwise). Ends with "N passed, N failed".
set -u
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
mitome=${MITOME:-$PWD/build/release/apps/mitome}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

judge() {  # judge NAME COMMAND…: passes when the command succeeds
  local name=$1
  shift
  if "$@" >"$work/last" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$name"
    tail -n 5 "$work/last"
  fi
}
not() { ! "$@"; }

evidence=$work/evidence
"$mitome" story --json --evidence "$evidence" >"$work/story.jsonl"
judge "the story comes out as it must" test $? -eq 0
judge "every line is JSON" jq -e . "$work/story.jsonl"
judge "ten steps" test "$(jq -s '[.[] | select(.event == "step_end" and .as_expected)] | length' "$work/story.jsonl")" = 10
for reason in PENDING_ACTIVATION PENDING_UNTIL_0800 USER_AUTH_FAILED CERT_SUSPENDED DOCUMENT_WITHDRAWN PHONE_SUSPENDED CERT_REVOKED \
  PHONE_ENDED BIOMETRICS_NOT_SET_UP UNDER_AGE NO_SIGNING_CERTIFICATE PIN_WRONG PIN_BLOCKED; do
  judge "the story shows $reason" grep -q "\"reason\":\"$reason\"" "$work/story.jsonl"
done
"$mitome" story --lang ja >"$work/ja.txt"
judge "in Japanese" grep -q 'すべての段階が予定どおりでした' "$work/ja.txt"

# One byte changed in a step stops the story there, and exits with 1.
for step in 1 2 3 4 5 6 7 8 9 10; do
  "$mitome" story --json --break "$step" >"$work/broken.jsonl"
  judge "--break $step exits with 1" test $? -eq 1
  judge "--break $step stops at step $step" test "$(jq -r 'select(.event == "step_end" and (.as_expected | not)) | .step' "$work/broken.jsonl")" = "$step"
done
"$mitome" story --break 11 >/dev/null 2>&1
judge "--break 11 is wrong usage" test $? -eq 64

# openssl reads what the story left. `openssl ocsp` is judged by what it prints, never by its exit code.
ocsp_says() {  # ocsp_says STEP NUMBER
  (cd "$evidence" && openssl ocsp -reqin "step-$1/ocsp-request-$2.der" -respin "step-$1/ocsp-response-$2.der" -noverify -resp_text 2>/dev/null)
}
judge "login before the loss: good" grep -q 'Cert Status: good' <(ocsp_says 04 1)
judge "login after the loss: revoked" grep -q 'Cert Status: revoked' <(ocsp_says 07 1)
judge "login after the loss: certificateHold" grep -qi 'Revocation Reason: certificateHold' <(ocsp_says 07 1)
judge "login after the phone was found: good" grep -q 'Cert Status: good' <(ocsp_says 08 1)
judge "the replaced phone: revoked" grep -q 'Cert Status: revoked' <(ocsp_says 09 2)
judge "the replaced phone: for good" not grep -qi 'certificateHold' <(ocsp_says 09 2)
at=$(grep -oE 'attime [0-9]+' "$evidence/CHECK.md" | head -n 1 | cut -d' ' -f2)
for pem in "$evidence"/step-*/auth-certificate-*.pem "$evidence"/step-*/sign-certificate-*.pem; do
  case "$pem" in *auth-certificate*) ca=auth-ca ;; *) ca=sign-ca ;; esac
  judge "openssl verify $(basename "$pem")" openssl verify -attime "$at" -ignore_critical -CAfile "$evidence/trust/$ca.pem" "$pem"
done
judge "the two signing certificates differ" not cmp -s "$evidence/step-04/sign-certificate-1.pem" "$evidence/step-08/sign-certificate-1.pem"
for response in "$evidence"/step-05/device_response-*.cbor "$evidence"/step-08/device_response-*.cbor; do
  transcript=${response/device_response/session_transcript}
  "$mitome" mdoc verify --trust "$evidence/trust/iaca.pem" --at "$(grep -oE 'at 20[0-9T:-]*Z' "$evidence/CHECK.md" | head -n 1 | cut -d' ' -f2)" \
    --session-transcript "$transcript" --json "$response" >"$work/report.json"
  judge "mitome mdoc verify $(basename "$response"): all but the status list" \
    test "$(jq -r '[.checks[] | select(.outcome == "failed") | .id] | join(" ")' "$work/report.json")" = "" -o \
    "$(jq -r '.reason' "$work/report.json")" = STATUS_UNAVAILABLE
done

# @auth0/mdl, where the mdoc judge has installed it (build/interop-mdoc), by the script that the evidence brings along.
if [ -d build/interop-mdoc/node_modules/@auth0/mdl ]; then
  ln -s "$PWD/build/interop-mdoc/node_modules" "$evidence/node_modules"
  while read -r command; do
    judge "$command" bash -c "cd '$evidence' && $command"
  done < <(grep '^node auth0-verify.mjs' "$evidence/CHECK.md")
  rm "$evidence/node_modules"
else
  printf '@auth0/mdl is not installed in build/interop-mdoc: its check of the evidence is left out here\n'
fi

# Secrets that were typed are nowhere in the evidence, neither as text nor as hexadecimal.
for secret in SIGN1234 PHONE4321; do
  judge "no $secret in the evidence" not grep -rqiE "$secret|$(printf '%s' "$secret" | od -An -tx1 | tr -d ' \n')" "$evidence"
done
judge "PINs in APDUs are blotted out" not grep -rqE '^[^ ]+ > 0020008004[0-9a-f]' "$evidence"
judge "tokens are not there" not grep -rqi 'bearer' "$evidence"

printf '%d passed, %d failed\n' "$passed" "$failed"
test "$failed" -eq 0
