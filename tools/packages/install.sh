# Sourced by ./run, ./test, .ci/run: says what will be installed, then installs it.
# The lists are tools/packages/*.txt. Everything printed here goes to stderr, so
# that the output of a program started by ./run stays its own.

mitome_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

mitome_lang=en
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in ja*) mitome_lang=ja ;; esac

# say EN JA: one line in the reader's language
say() {
  if [ "$mitome_lang" = ja ]; then printf '%s\n' "$2" >&2; else printf '%s\n' "$1" >&2; fi
}

# debian_12_or_leave: on any other system nothing is changed.
debian_12_or_leave() {
  local id='' version='' file=${MITOME_OS_RELEASE:-/etc/os-release}
  if [ -r "$file" ]; then
    id=$(. "$file" && printf '%s' "${ID:-}")
    version=$(. "$file" && printf '%s' "${VERSION_ID:-}")
  fi
  if [ "$id" = debian ] && [ "$version" = 12 ]; then return; fi
  say "This is not Debian 12 (found: ${id:-unknown} ${version:-}). Nothing was changed." \
      "Debian 12 ではありません（検出: ${id:-不明} ${version:-}）。何も変更していません。"
  say "Mitome is built and tested on Debian 12. Use a Debian 12 machine, virtual machine or container, for example:
  docker run -it --rm -v \"\$PWD\":/mitome -w /mitome debian:12 ./run
Or build by hand, with the packages of tools/packages/run.txt or their likes (g++ 12 or newer, CMake 3.25, OpenSSL 3.0):
  cmake --preset run && cmake --build --preset run && build/run/apps/mitome story" \
      "Mitome は Debian 12 で構築・試験しています。Debian 12 の実機・仮想マシン・コンテナをご利用ください。例:
  docker run -it --rm -v \"\$PWD\":/mitome -w /mitome debian:12 ./run
または tools/packages/run.txt に相当するパッケージ（g++ 12 以降、CMake 3.25、OpenSSL 3.0）を用意して手動で構築できます:
  cmake --preset run && cmake --build --preset run && build/run/apps/mitome story"
  exit 2
}

# packages_of LIST…: the names in those lists, without what is there by another way
packages_of() {
  local list name field
  for list in "$@"; do
    while read -r name field _; do
      case "$name" in '' | '#'*) continue ;; esac
      case "$field" in
        unless=*) if command -v "${field#unless=}" >/dev/null 2>&1; then continue; fi ;;
      esac
      printf '%s\n' "$name"
    done <"$mitome_tools/packages/$list.txt"
  done
}

missing_packages() {
  local name
  for name in $(packages_of "$@"); do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
      printf '%s\n' "$name"
    fi
  done
}

# stated FIGURE LIST…: the sum of "# FIGURE: N" in those lists
stated() {
  local figure=$1 list sum=0 value
  shift
  for list in "$@"; do
    value=$(sed -n "s/^# $figure: //p" "$mitome_tools/packages/$list.txt")
    sum=$((sum + ${value:-0}))
  done
  printf '%s' "$sum"
}

# exact_download_mb PACKAGE…: from apt, when its lists are there; else nothing
exact_download_mb() {
  apt-get --print-uris -qq install --no-install-recommends "$@" 2>/dev/null |
    awk '$3 ~ /^[0-9]+$/ { bytes += $3 } END { if (bytes) printf "%d", (bytes + 999999) / 1000000 }'
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages ASK LIST…: ASK=ask may ask a person at a terminal, ASK=no never asks
install_packages() {
  local ask=$1 missing megabytes minutes log answer
  shift
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  megabytes=$(exact_download_mb $missing) || true
  : "${megabytes:=$(stated download-mb "$@")}"
  minutes=$(stated minutes "$@")
  say "Will be installed with apt-get: $missing
  download: about $megabytes MB · disk: up to $(stated disk-mb "$@") MB · everything, with the build: about $minutes minutes" \
      "apt-get で次をインストールします: $missing
  ダウンロード: 約 $megabytes MB ・ディスク: 最大 $(stated disk-mb "$@") MB ・構築を含めて約 $minutes 分"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
    say "This needs root, or sudo for apt-get. Nothing was changed. As root:
  apt-get update && apt-get install --no-install-recommends $missing" \
        "root 権限、または apt-get のための sudo が必要です。何も変更していません。root で次を実行してください:
  apt-get update && apt-get install --no-install-recommends $missing"
    exit 2
  fi
  if [ "$ask" = ask ] && [ -t 0 ] && [ -t 2 ]; then
    if [ "$mitome_lang" = ja ]; then printf '続けますか？ [Y/n] ' >&2; else printf 'Go on? [Y/n] ' >&2; fi
    read -r answer
    case "$answer" in [nN]*) say "Nothing was changed." "何も変更していません。"; exit 2 ;; esac
  fi
  log=$(mktemp)
  if ! { as_root apt-get -q update &&
         as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing; } \
       >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    say "apt-get failed; its whole output: $log" "apt-get が失敗しました。出力全体: $log"
    exit 2
  fi
  rm -f "$log"
}

# build PRESET LOG [cmake/ninja TARGET…]: quiet but for progress; the log's end when it fails
build() {
  local preset=$1 log=$2 begin=$SECONDS line step last=-1 status
  shift 2
  mkdir -p "$(dirname "$log")"
  if command -v ccache >/dev/null 2>&1; then export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}; fi
  if [ ! -f "build/$preset/build.ninja" ]; then
    if ! cmake --preset "$preset" >"$log" 2>&1; then
      tail -n 40 "$log" >&2
      say "cmake --preset $preset failed; log: $log" "cmake --preset $preset が失敗しました。ログ: $log"
      return 2
    fi
  fi
  # "[done/all] …" lines become one moving line at a terminal, one line per tenth elsewhere.
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    case "$line" in
      '['*/*']'*)
        step=${line#[}
        step=${step%%]*}
        if [ -t 2 ]; then
          printf '\r  %s (%ds)   ' "$step" $((SECONDS - begin)) >&2
        elif [ $((${step%/*} * 10 / ${step#*/})) != "$last" ]; then
          last=$((${step%/*} * 10 / ${step#*/}))
          printf '  %s (%ds)\n' "$step" $((SECONDS - begin)) >&2
        fi ;;
      'mitome-build-status '*) status=${line#* } ;;
    esac
  done < <(NINJA_STATUS='[%f/%t] ' ninja -C "build/$preset" "$@" 2>&1; echo "mitome-build-status $?")
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
  if [ "${status:-1}" != 0 ]; then
    # what failed, or (when nothing was built at all) how it ended
    { grep -A 25 '^FAILED:' "$log" || tail -n 40 "$log"; } | grep -v '^\[' | cut -c1-400 | head -n 120 >&2
    say "The build failed; its whole output: $log" "構築に失敗しました。出力全体: $log"
    return 2
  fi
}
