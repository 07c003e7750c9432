#!/bin/bash
# Builds the libFuzzer targets (preset fuzz, clang 14) and runs each for SECONDS (default 5): tests/fuzz/run.sh [SECONDS] [TARGET…]
# It starts from the seeds and from what is kept in tests/fuzz/corpus, and writes into build/fuzz alone.
# A finding is left in build/fuzz/findings with the command that repeats it; then the exit code is 1.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
seconds=${1:-5}
if [ $# -gt 0 ]; then shift; fi

extra=()
if command -v ccache >/dev/null; then extra+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset fuzz "${extra[@]}" >/dev/null || exit 2
mkdir -p build/fuzz/findings
if ! ninja -C build/fuzz mitome_fuzz >build/fuzz/findings/build.log 2>&1; then
  tail -n 20 build/fuzz/findings/build.log
  exit 2
fi

binaries=build/fuzz/tests/fuzz
corpus=build/fuzz/corpus
"$binaries/mitome_fuzz_seeds" "$corpus" || exit 2
export MITOME_FUZZ_ISSUER=$corpus/issuer.pem

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  for source in tests/fuzz/fuzz_*.cc; do
    name=${source##*/fuzz_}
    targets+=("${name%.cc}")
  done
fi

failed=0
for target in "${targets[@]}"; do
  mkdir -p "$corpus/$target"
  if [ -d "tests/fuzz/corpus/$target" ]; then cp -r "tests/fuzz/corpus/$target" "$corpus/"; fi
  log=build/fuzz/findings/$target.log
  words=()
  if [ -f "tests/fuzz/$target.dict" ]; then words=("-dict=tests/fuzz/$target.dict"); fi
  "$binaries/mitome_fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    "${words[@]}" -artifact_prefix="build/fuzz/findings/$target-" "$corpus/$target" >"$log" 2>&1
  status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if [ $status = 0 ]; then
    printf 'fuzz %-16s %9s runs, %4d in the corpus: nothing found\n' "$target" "${runs:-?}" "$(find "$corpus/$target" -type f | wc -l)"
  else
    failed=1
    printf 'fuzz %-16s FOUND something (exit %d): %s\n' "$target" "$status" "$log"
    grep -E 'ERROR|SUMMARY|CHECK failed|Test unit written' "$log" | head -n 5
  fi
done
exit $failed
