#!/usr/bin/env bash
# The kiosk over a PC/SC reader, through pcscd and vpcd in a network and mount namespace of their own. KIOSK names the binary, else it is
# built in build/release. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
. tests/interop/vpcd.sh
needs "pcscd ip" "pcscd vsmartcard-vpcd iproute2"
if [ "${1:-}" != inside ] && [ -z "${KIOSK:-}" ]; then
  KIOSK=build/release/tests/interop/mitome_kiosk_over_pcsc
  cmake --build build/release --target mitome_kiosk_over_pcsc >build/kiosk-pcsc.log 2>&1 || missing "cannot build it; see build/kiosk-pcsc.log"
fi
KIOSK=$(readlink -f "$KIOSK") enter_namespaces tests/interop/pcsc/run.sh "$@"
start_pcscd
(cd build && timeout 120 "$KIOSK") || tail -n 5 "$work/pcscd.log"
