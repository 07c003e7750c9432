#!/bin/bash
# The README's commands for scripts, run as they stand, one after another: tests/readme/run.sh; MITOME names the binary.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
mitome=$(readlink -f "${MITOME:-build/release/apps/mitome}")
[ -x "$mitome" ] || { echo "no binary: $mitome"; echo "0 passed, 1 failed"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# "./run" of the README, without building again
printf '#!/bin/bash\nif [ "$1" = mitome ]; then shift; fi\nexec "%s" "$@"\n' "$mitome" >"$work/run"
chmod +x "$work/run"

passed=0 failed=0
while IFS= read -r line; do
  if (cd "$work" && bash -c "$line") >"$work/out" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$line"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$line"
    tail -n 20 "$work/out"
  fi
done < <(awk '/^## /{ on = /Commands for scripts/ } on && /^```/{ inside = !inside; next } on && inside && NF' README.md)

# Negative control: the same response in another session is refused, with its reason.
other=$work/evidence/step-09/session_transcript-1.cbor
found=$("$mitome" --json mdoc verify --trust "$work/ds-cert.pem" --session-transcript "$other" "$work/response.cbor" 2>/dev/null)
if [ $? = 1 ] && grep -q DEVICE_AUTH_SESSION_MISMATCH <<<"$found"; then
  passed=$((passed + 1))
  echo "ok      the response is refused in another session"
else
  failed=$((failed + 1))
  echo "FAILED  the response should be refused in another session: $found"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
