#!/bin/bash
# Builds preset release and runs the benchmarks: bench/run.sh [PART…], parts mdoc certificates status
# enrolment login face card pin town; town is the program as a whole (bench/town.sh), the others are mitome_bench, and card is also
# bench/card_reader.sh, through pcscd where that is installed.
# Other mdoc libraries are measured in the same run when node is there and MITOME_PEERS names a folder in which
# "npm install @auth0/mdl@3.0.1 @owf/mdoc@0.6.0" was run; otherwise one line says that they were not.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

extra=()
if command -v ccache >/dev/null; then extra+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset release "${extra[@]}" >/dev/null
ninja -C build/release mitome_bench mitome | tail -n 1

work=build/release/bench-peers
rm -rf "$work"
build/release/bench/mitome_bench --export "$work"
peers=$work/peers.txt
: >"$peers"
if command -v node >/dev/null && [ -d "${MITOME_PEERS:-/nonexistent}/node_modules" ]; then
  node bench/peer_mdoc.mjs "$MITOME_PEERS" "$work" >"$peers" || echo "peers: the script failed; figures without them"
else
  echo "peers: not measured, since node or MITOME_PEERS/node_modules is not there"
fi
parts=() town=no card=no
for part in "$@"; do
  if [ "$part" = town ]; then town=yes; else parts+=("$part"); fi
  if [ "$part" = card ]; then card=yes; fi
done
if [ $# -eq 0 ]; then town=yes card=yes; fi
if [ $card = yes ] && command -v openssl >/dev/null; then
  openssl speed -seconds 2 rsa2048 2>/dev/null | awk '/^rsa 2048 bits/ { printf "openssl-speed:rsa2048 %.3f\n", 1e6 / $6 }' >>"$peers"
fi
if [ $# -eq 0 ] || [ ${#parts[@]} -gt 0 ]; then build/release/bench/mitome_bench --peers "$peers" --folder "$work" "${parts[@]}"; fi
if [ $card = yes ]; then bench/card_reader.sh; fi
if [ $town = yes ]; then bench/town.sh; fi
rm -rf "$work"
