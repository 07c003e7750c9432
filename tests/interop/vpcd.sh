# Sourced by the judges, and by bench/card_reader.sh, that reach a card through pcscd and vpcd: namespaces, the PC/SC daemon, the card in its reader, and the verdicts.
# The caller stands in the checkout; $work is a folder of its own, gone at the end. vpcd listens on all addresses, so everything runs in
# a network and mount namespace.
PATH=$PATH:/usr/sbin:/sbin

missing() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }
needs() {  # needs "TOOL…" "PACKAGE…"
  local tool
  for tool in $1; do command -v "$tool" >/dev/null || missing "$tool is missing: apt-get install $2"; done
}

enter_namespaces() {  # enter_namespaces SCRIPT [inside]: starts SCRIPT again, inside
  if [ "${2:-}" = inside ]; then return; fi
  local user=()
  [ "$(id -u)" = 0 ] || user=(-r)
  exec unshare -n -m "${user[@]}" bash "$(readlink -f "$1")" inside
}

start_pcscd() {  # start_pcscd [OPTION…]: options of pcscd
  ip link set lo up || missing "no loopback in the namespace"
  mount -t tmpfs tmpfs /run && mkdir /run/pcscd || missing "no /run of our own"
  work=$(mktemp -d)
  passed=0 failed=0 card_pid=
  trap cleanup EXIT
  mkdir "$work/readers"
  cat >"$work/readers/vpcd" <<CONFIG
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID    0x8C7B
CONFIG
  pcscd --foreground "$@" --config "$work/readers" >"$work/pcscd.log" 2>&1 &
  wait_for 15 test -S /run/pcscd/pcscd.comm || { cat "$work/pcscd.log"; missing "pcscd does not start"; }
}
cleanup() {
  local running
  running=$(jobs -p)
  if [ -n "$running" ]; then kill $running 2>/dev/null; fi
  wait 2>/dev/null
  rm -rf "$work"
}

# Stops at the first difference: what follows would stand on it.
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}
ok() { passed=$((passed + 1)); echo "ok      $1"; }
differs() {
  failed=$((failed + 1))
  echo "FAILED  $1"
  if [ -f "$work/out" ]; then sed 's/^/        /' "$work/out" | tail -n 25; fi
  finish
}

# judge TEXT COMMAND…: it must end well
judge() {
  local text=$1
  shift
  if "$@" >"$work/out" 2>&1; then ok "$text"; else differs "$text"; fi
}
# judge_says TEXT PATTERN COMMAND…: what it prints must match, whatever its exit code
judge_says() {
  local text=$1 pattern=$2
  shift 2
  "$@" >"$work/out" 2>&1
  if grep -Eq -- "$pattern" "$work/out"; then ok "$text"; else differs "$text (no “$pattern”)"; fi
}
# judge_fails TEXT COMMAND…: it must not end well
judge_fails() {
  local text=$1
  shift
  if "$@" >"$work/out" 2>&1; then differs "$text"; else ok "$text"; fi
}
# judge_refuses TEXT PATTERN COMMAND…: it must not end well, and say why
judge_refuses() {
  local text=$1 pattern=$2
  shift 2
  if "$@" >"$work/out" 2>&1; then differs "$text (it ended well)"; fi
  if grep -Eq -- "$pattern" "$work/out"; then ok "$text"; else differs "$text (no “$pattern”)"; fi
}

wait_for() {  # wait_for SECONDS COMMAND…
  local tenths=$(($1 * 10))
  shift
  until "$@" >"$work/out" 2>&1; do
    tenths=$((tenths - 1))
    [ $tenths -gt 0 ] || return 1
    sleep 0.1
  done
}

make_card() {  # make_card FILE: what the maker told stands in FILE.json
  echo '{"name":"架空　花子","birth_date":"1980-02-17"}' >"$work/person.json"
  "$mitome" card new --person "$work/person.json" --out "$1" --json >"$1.json" || differs "card new"
}
told() { sed -n "s/.*\"$2\":\"\([0-9a-f]*\)\".*/\1/p" "$1.json"; }
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }
sha256_of_der() { openssl x509 -in "$1" -inform "$2" -outform DER | sha256sum | cut -d' ' -f1; }

reader_has_card() { opensc-tool --list-readers | grep -q 'Yes'; }
reader_is_empty() { ! reader_has_card; }
insert() {
  "$mitome" card serve "$1" >"$work/serve.log" 2>&1 &
  card_pid=$!
  wait_for 15 reader_has_card || { cat "$work/serve.log"; differs "the card is seen in the reader"; }
}
take_out() {
  kill -INT "$card_pid"
  wait "$card_pid"
  local code=$?
  card_pid=
  [ "$code" = 0 ] || { cat "$work/serve.log"; differs "card serve ends well when interrupted (exit code $code)"; }
  wait_for 15 reader_is_empty || differs "the reader is empty again"
}
