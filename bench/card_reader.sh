#!/bin/bash
# The card as other people's software meets it: mitome_bench card-reader through pcscd, vpcd and `mitome card serve`, in a network and a
# mount namespace of their own, since vpcd listens on all addresses. All of it by turns on one core: across cores a wake-up costs as much
# as the rest, and whether there are any is chance. The card's file is in memory: what a disk adds, mitome_bench card says.
# Where pcscd, vpcd, ip or the right to such a namespace is missing, one line says so and nothing is measured.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
PATH=$PATH:/usr/sbin:/sbin
mitome=build/release/apps/mitome
driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so

skip() { echo "card in a reader: not measured, since $1"; exit 0; }
if [ "${1:-}" != inside ]; then
  command -v pcscd >/dev/null || skip "pcscd is missing (apt-get install pcscd)"
  [ -e "$driver" ] || skip "vpcd is missing (apt-get install vsmartcard-vpcd)"
  command -v ip >/dev/null || skip "ip is missing (apt-get install iproute2)"
  user=()
  [ "$(id -u)" = 0 ] || user=(-r)
  unshare -n -m "${user[@]}" true 2>/dev/null || skip "no namespace of its own can be made here"
  exec unshare -n -m "${user[@]}" bash bench/card_reader.sh inside
fi

# -- inside the namespaces

pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap stop EXIT
fail() { echo "card in a reader: $1" >&2; cat "$work"/*.log >&2; exit 2; }
wait_for() {  # wait_for WHAT COMMAND…
  local what=$1 tenths=150
  shift
  until "$@" >/dev/null 2>&1; do
    tenths=$((tenths - 1))
    [ $tenths -gt 0 ] || fail "$what"
    sleep 0.1
  done
}

core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
taskset -cp "$core" $$ >/dev/null
ip link set lo up
mount -t tmpfs tmpfs /run
work=/run/bench
mkdir -p /run/pcscd "$work/readers"
cat >"$work/readers/vpcd" <<CONFIG
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      $driver
CHANNELID    0x8C7B
CONFIG
pcscd --foreground --config "$work/readers" >"$work/pcscd.log" 2>&1 &
pids+=($!)
wait_for "pcscd does not start" test -S /run/pcscd/pcscd.comm
echo '{}' >"$work/person.json"
"$mitome" card new --person "$work/person.json" --out "$work/card" >"$work/new.log" 2>&1 || fail "no card was made"
"$mitome" card serve "$work/card" >"$work/serve.log" 2>&1 &
pids+=($!)
wait_for "the card is not seen in the reader" "$mitome" card show
build/release/bench/mitome_bench --folder "$work" card-reader
