#!/bin/bash
# Builds preset release and runs the benchmarks: bench/run.sh [PART…], parts mdoc certificates status enrolment; without one also the town.
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
build/release/bench/mitome_bench --peers "$peers" "$@"
rm -rf "$work"
if [ $# = 0 ]; then bash bench/town.sh; fi
