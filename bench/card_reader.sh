#!/bin/bash
# The card as other people's software meets it: mitome_bench card-reader through pcscd, vpcd and `mitome card serve`, in a network and a
# mount namespace of their own, since vpcd listens on all addresses. All of it by turns on one core: across cores a wake-up costs as much
# as the rest, and whether there are any is chance. The card's file is in memory: what a disk adds, mitome_bench card says.
# Where pcscd, vpcd, opensc-tool, ip or the right to such a namespace is missing, one line says so and nothing is measured.
set -u
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2
. tests/interop/vpcd.sh
mitome=build/release/apps/mitome

skip() { echo "card in a reader: not measured, since $1"; exit 0; }
if [ "${1:-}" != inside ]; then
  for tool in pcscd opensc-tool ip; do command -v $tool >/dev/null || skip "$tool is missing (apt-get install pcscd opensc iproute2)"; done
  [ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ] || skip "vpcd is missing (apt-get install vsmartcard-vpcd)"
  user=()
  [ "$(id -u)" = 0 ] || user=(-r)
  unshare -n -m "${user[@]}" true 2>/dev/null || skip "no namespace of its own can be made here"
fi
enter_namespaces bench/card_reader.sh "$@"

# -- inside the namespaces

core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
taskset -cp "$core" $$ >/dev/null
TMPDIR=/run start_pcscd
make_card "$work/card"
insert "$work/card"
build/release/bench/mitome_bench --folder "$work" card-reader
