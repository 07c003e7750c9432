#!/bin/bash
# Puts into the tree what a long run has found worth keeping: tests/fuzz/keep_corpus.sh TARGET…
# After tests/fuzz/run.sh SECONDS TARGET…. Kept are the seeds, and the fewest of the other inputs of at most 768 bytes that
# reach as much as all of those; each file is named by its hash.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
binaries=build/fuzz/tests/fuzz
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$binaries/mitome_fuzz_seeds" "$seeds" || exit 2

for target in "$@"; do
  kept=tests/fuzz/corpus/$target
  mkdir -p "$kept" "$seeds/least"
  rm -f "$kept"/* "$seeds/least"/*
  "$binaries/mitome_fuzz_$target" -set_cover_merge=1 -max_len=768 "$seeds/least" "build/fuzz/corpus/$target" >"$seeds/log" 2>&1 ||
    { tail -n 5 "$seeds/log"; exit 1; }
  for input in "$seeds/$target"/* "$seeds/least"/*; do cp "$input" "$kept/$(sha1sum <"$input" | cut -d ' ' -f 1)"; done
  printf 'corpus %-10s %4d files, %7d bytes\n' "$target" "$(find "$kept" -type f | wc -l)" "$(cat "$kept"/* | wc -c)"
done
