#!/bin/bash
# The town as a visitor meets it: seconds to ready, memory at rest, what each page weighs. bench/town.sh [BINARY]
# Needs bash alone, since ./run bench installs no HTTP client: what a page fetches is read off its own text.
# MITOME_TOWN_RUNS (7) and MITOME_TOWN_REST (30 s) shorten it.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
binary=${1:-build/release/apps/mitome}
runs=${MITOME_TOWN_RUNS:-7} rest=${MITOME_TOWN_REST:-30}
READY_S=1 MEMORY_MB=150 PAGE_BYTES=150000
places=(town authority gate portal kiosk counter clinic tax desk phone)  # in the order of their ports

work=$(mktemp -d)
town=  # process id
cleanup() { [ -z "$town" ] || kill "$town" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT

port=$((20000 + RANDOM % 2000 * 10))
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }'; }
# Starts it with these options more; then `seconds` from exec to its first line, `cpu` seconds of all its threads until then, and
# `answered`: seconds until the front page was told who lives here, which waits for the first two cards.
# A port may be somebody else's: then the town ends at once, and the next ten are tried.
start() {
  local attempt begin line fields
  for attempt in 1 2 3 4 5; do
    begin=$EPOCHREALTIME
    exec {lines}< <(exec "$binary" --json town --data "$work/data" --port "$port" "$@" 2>"$work/errors")
    town=$!
    if read -r line <&"$lines" && [[ $line == *'"url"'* ]]; then
      seconds=$(since "$begin")
      read -r -a fields <"/proc/$town/stat"
      cpu=$(awk -v ticks=$((fields[13] + fields[14])) -v hertz="$(getconf CLK_TCK)" 'BEGIN { print ticks / hertz }')
      get town /api/people identity "$work/people"
      answered=$(since "$begin")
      return
    fi
    wait "$town" || true
    exec {lines}<&-
    echo "$line" >>"$work/errors"
    port=$((port + 10))
  done
  cat "$work/errors" >&2
  exit 2
}
stop() {
  kill -INT "$town"
  wait "$town"  # a town that does not end well ends the bench
  town=
  exec {lines}<&-
}

median() { sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
# name, figure, unit, target, more: as the other benches say it, the ratio is target / ours.
against_target() {
  awk -v name="$1" -v ours="$2" -v unit="$3" -v target="$4" -v more="$5" 'BEGIN {
    printf "  %-34s %9.2f %-2s   target %7.2f %-2s   ratio %.2f%s%s\n", name, ours, unit, target, unit, target / ours,
           ours <= target ? "" : " (MISSED)", more }'
}

# Medians over the runs of one kind of start, each with these options.
measure_start() {
  local name=$1 run
  shift
  rm -f "$work"/{seconds,cpu,answered}
  for ((run = 0; run < runs; ++run)); do
    start "$@"
    echo "$seconds" >>"$work/seconds"
    echo "$cpu" >>"$work/cpu"
    echo "$answered" >>"$work/answered"
    stop
  done
  against_target "$name" "$(median <"$work/seconds")" s $READY_S \
    "   CPU until then $(median <"$work/cpu") s; fastest $(sort -g "$work/seconds" | head -n 1) s; who lives there is told at \
$(median <"$work/answered") s; medians of $runs"
}

# -- pages

# One answer: its body into a file, its Content-Length into `length`.
get() {
  local place=$1 path=$2 coding=$3 file=$4 i at status header
  for i in "${!places[@]}"; do [ "${places[i]}" != "$place" ] || at=$((port + i)); done
  exec {wire}<>"/dev/tcp/127.0.0.1/$at"
  printf 'GET %s HTTP/1.1\r\nHost: %s.localhost:%s\r\nAccept-Encoding: %s\r\nConnection: close\r\n\r\n' "$path" "$place" "$at" "$coding" >&"$wire"
  read -r status <&"$wire"
  case $status in *' 200 '*) ;; *) echo "$place$path: $status" >&2; exit 1 ;; esac
  length=
  while read -r header <&"$wire" && header=${header%$'\r'} && [ -n "$header" ]; do
    case ${header,,} in content-length:*) length=${header##*: } ;; esac
  done
  cat <&"$wire" >"$file"
  exec {wire}<&-
}

declare -A size sent drawn_by later_by  # by "place path"; the last two: what it names
# Fetches what was not fetched yet, and finds the scripts and styles that it names.
look_at() {
  local place=$1 path=$2 key="$1 $2" folder=${2%/*}/ name body=$work/body
  [ -z "${size[$key]:-}" ] || return 0
  get "$place" "$path" deflate "$work/sent"
  sent[$key]=$length
  get "$place" "$path" identity "$body"
  size[$key]=$length
  resolve() { while read -r name; do case $name in ./*) echo "$folder${name#./}" ;; *) echo "$name" ;; esac; done; }
  case $path in
    *.css) drawn_by[$key]= later_by[$key]= ;;
    *.js)
      drawn_by[$key]=$(sed -nE "s/^(import|export) .*from '([^']+)'.*|^import '([^']+)'.*/\2\3/p" "$body" | resolve)
      later_by[$key]=$(grep -oE "import\('[^']+'\)" "$body" | sed -E "s/.*'(.*)'.*/\1/" | resolve) ;;
    *)
      drawn_by[$key]=$(grep -oE '(src|href)="[^"]+\.(js|css)"' "$body" | sed -E 's/.*"(.*)"/\1/')
      later_by[$key]= ;;
  esac
}
# Sums over these paths and what they name; `all`: with what they may fetch later as well. Into `weight` and `travels`.
weigh() {
  local place=$1 all=$2 path next key
  local -A seen=()
  local -a queue=("${@:3}")
  weight=0 travels=0
  while [ ${#queue[@]} -gt 0 ]; do
    path=${queue[0]}
    queue=("${queue[@]:1}")
    [ -z "${seen[$path]:-}" ] || continue
    seen[$path]=1
    look_at "$place" "$path"
    key="$place $path"
    weight=$((weight + size[$key])) travels=$((travels + sent[$key]))
    for next in ${drawn_by[$key]} $([ "$all" = no ] || echo "${later_by[$key]}"); do queue+=("$next"); done
  done
}
# The heaviest page of a place as it is drawn, and with every script that it may ever fetch. More paths: what it fetches late and
# nevertheless to be drawn.
weigh_place() {
  local place=$1 file path heaviest=0 compressed=0 most=0 most_compressed=0 page=
  for file in web/"$place"/*.html; do
    [ -e "$file" ] || { printf '  %-34s no pages\n' "$place"; return; }
    path=/$(basename "$file" .html)
    [ "$path" != /index ] || path=/
    weigh "$place" no "$path" "${@:2}"
    [ "$weight" -le "$heaviest" ] || { heaviest=$weight compressed=$travels page=$path; }
    weigh "$place" yes "$path"
    [ "$weight" -le "$most" ] || { most=$weight most_compressed=$travels; }
  done
  against_target "$place$page" "$(kilobytes "$heaviest")" kB $((PAGE_BYTES / 1000)) \
    "   sent $(kilobytes "$compressed") kB; with all it may fetch later $(kilobytes "$most") kB, sent $(kilobytes "$most_compressed") kB"
}
kilobytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1000 }'; }

echo "town, exec to ready, by the wall clock"
measure_start "a new town" --fresh
measure_start "a town that was there before"
echo "town, $rest s after it was ready"
start --fresh
sleep "$rest"
against_target "resident memory" "$(awk '/^VmRSS/ { print $2 / 1000 }' "/proc/$town/status")" MB $MEMORY_MB \
  "   $(awk '/^RssAnon/ { anonymous = $2 } /^Threads/ { printf "%.1f MB of it its own, %d threads", anonymous / 1000, $2 }' "/proc/$town/status")"
echo "town, each place's heaviest page: HTML, scripts and styles, uncompressed"
for place in "${places[@]}"; do
  case $place in
    phone) weigh_place phone /app.js ;;  # the wallet's first screen
    *) weigh_place "$place" ;;
  esac
done
stop
