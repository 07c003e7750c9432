#!/bin/bash
# The town as a whole, beside its targets: seconds to ready, memory while nobody does anything, weight of the pages. MITOME names the binary;
# medians of RUNS (5). Run it on a machine that does nothing else: ready is mostly the making of five RSA keys.
set -u
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2
mitome=${MITOME:-build/release/apps/mitome}
runs=${RUNS:-5} idle=${IDLE_SECONDS:-30}
port=${PORT:-28700}
[ -x "$mitome" ] || { echo "no binary: $mitome"; exit 2; }
work=$(mktemp -d)
town=
trap '[ -n "$town" ] && kill "$town" 2>/dev/null; wait; rm -rf "$work"' EXIT

now() { date +%s%3N; }
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
# open FOLDER: starts the town; its milliseconds to the first line
open() {
  : >"$work/said"
  local begin
  begin=$(now)
  "$mitome" --json town --data "$1" --port "$port" >"$work/said" 2>&1 &
  town=$!
  until grep -q '"url"' "$work/said"; do
    kill -0 "$town" 2>/dev/null || { cat "$work/said"; exit 1; }
    sleep 0.01
  done
  took=$(($(now) - begin))
}
close() { kill -INT "$town"; wait "$town"; town=; }
line() { awk -v name="$1" -v value="$2" -v unit="$3" -v target="$4" 'BEGIN { printf "%-44s %9.1f %-4s of %6.1f: %.2f %s\n", name, value, unit, target, value / target, value <= target ? "met" : "MISSED" }'; }

fresh=() again=()
for _ in $(seq "$runs"); do
  rm -rf "$work/data"
  open "$work/data"
  fresh+=("$took")
  close
  open "$work/data"
  again+=("$took")
  close
done
line "ready, a new town" "$(printf '%s\n' "${fresh[@]}" | median)" ms 1000
line "ready, a town that was there" "$(printf '%s\n' "${again[@]}" | median)" ms 1000

open "$work/data"
sleep "$idle"
line "memory after ${idle} s idle (RSS)" "$(awk '/VmRSS/ { print $2 / 1024 }' "/proc/$town/status")" MB 150
names=(town authority gate portal kiosk counter clinic tax desk phone)
for i in "${!names[@]}"; do
  place=${names[$i]}
  [ -d "web/$place" ] || continue
  sent=0
  # What the place's own folder and the shared one hold of text: more than any one page of it fetches.
  for file in web/"$place"/*.{html,css,js} web/ui/*.{css,js}; do
    [ -f "$file" ] || continue
    path=/${file#web/}
    path=${path/#\/$place\//\/}
    bytes=$(curl -s -o /dev/null -w '%{size_download}' -H "Host: $place.localhost:$((port + i))" -H 'Accept-Encoding: deflate' \
      "http://127.0.0.1:$((port + i))$path")
    sent=$((sent + bytes))
  done
  line "all pages of $place, as sent" "$(awk "BEGIN { print $sent / 1000 }")" kB 150
done
close
