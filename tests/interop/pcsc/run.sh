#!/usr/bin/env bash
# The kiosk over a PC/SC reader, through pcscd and vpcd in a network and mount namespace of their own. KIOSK names the binary, else it is
# built in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
for tool in pcscd ip; do
  PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null || missing "$tool is missing: apt-get install pcscd vsmartcard-vpcd iproute2"
done
if [ "${1:-}" != inside ]; then
  if [ -z "${KIOSK:-}" ]; then
    KIOSK=build/release/tests/interop/mitome_kiosk_over_pcsc
    cmake --build build/release --target mitome_kiosk_over_pcsc >build/kiosk-pcsc.log 2>&1 || missing "cannot build it; see build/kiosk-pcsc.log"
  fi
  user=()
  [ "$(id -u)" = 0 ] || user=(-r)
  KIOSK=$(readlink -f "$KIOSK") exec unshare -n -m "${user[@]}" bash "$(readlink -f tests/interop/pcsc/run.sh)" inside
fi

PATH=$PATH:/usr/sbin:/sbin
ip link set lo up || missing "no loopback in the namespace"
mount -t tmpfs tmpfs /run && mkdir /run/pcscd || missing "no /run of our own"
work=$(mktemp -d)
pcscd_pid=
cleanup() {
  if [ -n "$pcscd_pid" ]; then kill "$pcscd_pid" 2>/dev/null; fi
  wait 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/readers"
cat >"$work/readers/vpcd" <<CONFIG
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID    0x8C7B
CONFIG
pcscd --foreground --config "$work/readers" >"$work/pcscd.log" 2>&1 &
pcscd_pid=$!
for _ in $(seq 150); do
  [ -S /run/pcscd/pcscd.comm ] && break
  sleep 0.1
done
[ -S /run/pcscd/pcscd.comm ] || { cat "$work/pcscd.log"; missing "pcscd does not start"; }
(cd build && timeout 120 "$KIOSK") || tail -n 5 "$work/pcscd.log"
