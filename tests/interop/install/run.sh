#!/usr/bin/env bash
# The library as a stranger gets it: installed into a prefix of its own, found by find_package(mitome), linked by examples/read_four_items
# outside the tree, which then reads a card file and a card in a PC/SC reader. tests/interop/install/run.sh; MITOME names the binary, whose
# build folder is installed. In a network and mount namespace, since vpcd listens on all addresses. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 2
. tests/interop/vpcd.sh
root=$PWD
mitome=$(readlink -f "${MITOME:-build/release/apps/mitome}")
[ -x "$mitome" ] || missing "no binary: ${MITOME:-build/release/apps/mitome}"
needs "cmake ninja g++ pkg-config python3 pcscd opensc-tool ip" \
  "cmake ninja-build g++ pkg-config python3 pcscd vsmartcard-vpcd opensc iproute2"
MITOME=$mitome enter_namespaces tests/interop/install/run.sh "$@"

# -- inside the namespaces

build=$(dirname "$(dirname "$mitome")")
start_pcscd
cd "$work" || exit 2

# expect TEXT EXIT PATTERN COMMAND…: the exit code, and a line that its output must have
expect() { expect_typed "$1" "$2" "$3" '' "${@:4}"; }
# expect_typed TEXT EXIT PATTERN INPUT COMMAND…: the same, with a line on standard input
expect_typed() {
  local text=$1 exit=$2 pattern=$3 input=$4 status
  shift 4
  printf '%s\n' "$input" | "$@" >out 2>&1
  status=${PIPESTATUS[1]}
  if [ "$status" = "$exit" ] && grep -Eq -- "$pattern" out; then ok "$text"; else differs "$text (exit $status, expected $exit and “$pattern”)"; fi
}
# expect_none TEXT COMMAND…: it must find nothing, that is print nothing
expect_none() {
  local text=$1
  shift
  "$@" >out 2>&1
  if [ -s out ]; then differs "$text"; else ok "$text"; fi
}

# -- what is installed

expect "the library and the manual are built" 0 . cmake --build "$build" --target mitome_library mitome_manual
expect "and installed, without the program" 0 'libmitome_card\.a' cmake --install "$build" --component library --prefix "$work/first"
expect_none "no program" find first -name bin
expect "the program is installed by its own component, the library left out" 0 'bin/mitome' cmake --install "$build" --component program --prefix "$work/program"
expect_none "no library, no header" find program -name '*.a' -o -name '*.h'
expect "the whole is installed" 0 'libmitome_card\.a' cmake --install "$build" --prefix "$work/whole"
expect "with the program, which starts" 0 'mitome' whole/bin/mitome --help
# Nothing may depend on where it was first.
mv first prefix
headers=prefix/include/mitome
expect "no layer but those of the card, and of net the PC/SC reader alone" 0 '^base card codec credential crypto net protocol net/pcsc_reader.h $' \
  bash -c "cd $headers && printf '%s ' * net/*"
# A path begins where no other one goes on: the tree may stand in /mitome, and include/mitome is a path of the prefix.
begins='(^|[^[:alnum:]_}./-])'
literal() { printf '%s' "$1" | sed 's/[][\.^$*+?(){}|]/\\&/g'; }
paths="$begins($(literal "$root")|$(literal "$build"))(/|[^[:alnum:]_.-]|\$)"
printf 'set(there "%s/src")\n' "$root" >there.cmake
expect "a path of the tree would be found" 0 . grep -E "$paths" there.cmake
expect_none "no path of the tree or of its build in headers and CMake files" grep -rnE "$paths" $headers prefix/lib/cmake
expect_none "no other library than OpenSSL, zlib and PC/SC in the CMake files" grep -rniE 'nlohmann|boost|sqlite|opencv|pango|openjp2|qrcodegen|gtest' prefix/lib/cmake
expect_none "none of our flags in the CMake files" grep -nE 'mitome_flags|COMPILE_OPTIONS|COMPILE_DEFINITIONS|LINK_OPTIONS' prefix/lib/cmake/mitome/mitomeTargets*.cmake prefix/lib/cmake/mitome/mitomePcscTargets*.cmake

# prints the includes of a folder's headers that it does not have
absent_includes() {
  (cd "$1" && grep -rhoE '^ *# *include "[^"]+"' . | sed -E 's/.*"(.*)"/\1/' | sort -u | while read -r name; do [ -e "$name" ] || echo "$name"; done)
}
expect_none "each header that a header includes is installed" absent_includes $headers
cp -r $headers fewer && rm fewer/base/reason.def
expect "and one that were not would be named" 0 '^base/reason\.def$' absent_includes fewer
(cd $headers && find . -name '*.h' -printf '#include "%P"\n') >all.cc
expect "there are headers" 0 '^[0-9]{2,}$' grep -c include all.cc
expect_none "all of them compile, with our warnings, without any of a third party" \
  g++ -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I $headers -x c++ all.cc
expect_none "none includes a third party's" grep -rnE 'include <(openssl|nlohmann|boost|zlib|winscard|PCSC)' $headers

# -- find_package

# project NAME ARGUMENTS: a project that asks for the package and says whether it was found
project() {
  mkdir -p "$1"
  cat >"$1/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(asks LANGUAGES CXX)
find_package(mitome $2)
if(TARGET mitome::card)
  message(STATUS "card is there")
endif()
if(TARGET mitome::pcsc)
  message(STATUS "pcsc is there")
endif()
CMAKE
}
configure() { cmake -S "$1" -B "build-$1" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" "${@:2}"; }
without_pcsc() { PKG_CONFIG_LIBDIR=$work/nothing configure "$@"; }
project any ""
expect "without a version it is found, PC/SC included" 0 'pcsc is there' configure any
IFS=. read -r major minor _ < <(sed -nE 's/^project\(mitome VERSION ([0-9.]+).*/\1/p' "$root/CMakeLists.txt")
project same "$major.$minor REQUIRED"
expect "its minor version is found" 0 'card is there' configure same
project later "9 REQUIRED"
expect "9 is refused" 1 'considered but not accepted' configure later
project next "$major.$((minor + 1)) REQUIRED"
expect "so is the next minor version" 1 'considered but not accepted' configure next
project card "REQUIRED COMPONENTS card"
expect "without PC/SC on the machine there is still the card" 0 'card is there' without_pcsc card
project pcsc "REQUIRED COMPONENTS card pcsc"
expect "but who requires pcsc is told what is missing" 1 'libpcsclite' without_pcsc pcsc

# -- the same names for who has the tree as a subdirectory
mkdir subdirectory
cat >subdirectory/CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(above LANGUAGES CXX)
include(FetchContent)
FetchContent_Declare(mitome SOURCE_DIR $root OVERRIDE_FIND_PACKAGE)
add_subdirectory($root/examples/read_four_items example)
CMAKE
expect "the example takes the tree as a subdirectory" 0 'Generating done' cmake -S subdirectory -B build-subdirectory -G Ninja -DCMAKE_BUILD_TYPE=Release
expect "its own file is compiled without our flags" 0 '^ +FLAGS = -O3 -DNDEBUG -std=gnu\+\+20 *$' \
  grep -A 6 -E '^build example/.*main\.cc\.o' build-subdirectory/build.ninja
expect_none "no linker flag of ours" bash -c "sed -n '/^build example\/read_four_items:/,/^\$/p' build-subdirectory/build.ninja | grep -E -- '-pie|-z,'"
expect_none "the tests are not in the way" grep -l gtest build-subdirectory/build.ninja

# -- the example

expect "the example is configured with CMAKE_PREFIX_PATH alone" 0 'Generating done' \
  cmake -S "$root/examples/read_four_items" -B example -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix"
expect "and built" 0 . cmake --build example
four_items=$work/example/read_four_items
echo '{"name":"見本　花子","address":"東京都千代田区架空町１丁目２番３号","birth_date":"1980-02-17","sex":"2"}' >person.json
expect "a card is made" 0 . "$mitome" card new --person person.json --out card.bin
printf '%s\n' 見本　花子 東京都千代田区架空町１丁目２番３号 1980-02-17 2 >expected
# the_four_items TEXT COMMAND…: given the right PIN, exactly these lines and nothing else
the_four_items() {
  local text=$1
  shift
  if echo 5678 | "$@" >out 2>&1 && cmp -s out expected; then ok "$text"; else differs "$text"; fi
}

the_four_items "a card file: the four items, exactly" "$four_items" --card card.bin
expect_typed "a wrong PIN, and the tries left" 1 '^PIN_WRONG.*tries left: 2$' 0000 "$four_items" --card card.bin
expect_typed "they are kept in the file" 1 '^PIN_WRONG.*tries left: 1$' 0000 "$four_items" --card card.bin
the_four_items "the right one is still right" "$four_items" --card card.bin
expect_typed "and gives the tries back" 1 '^PIN_WRONG.*tries left: 2$' 0000 "$four_items" --card card.bin
expect_typed "what is no PIN" 1 '^PIN_FORMAT' 56789 "$four_items" --card card.bin
expect_typed "what is no card" 1 '^MALFORMED' 5678 "$four_items" --card person.json
head -c 4000 card.bin >half.bin
expect_typed "half a card" 1 '^MALFORMED' 5678 "$four_items" --card half.bin
expect_typed "no such file is not a refusal" 2 '^STORAGE_FAILED' 5678 "$four_items" --card none.bin
expect "nothing to read" 64 '^USAGE' "$four_items"
expect "no pcscd is not a refusal" 2 '^UNREACHABLE' env PCSCLITE_CSOCK_NAME="$work/none" "$four_items" "Virtual PCD 00 00"

reader="Virtual PCD 00 00"
expect "an empty reader is not a refusal" 2 '^CARD_SILENT' "$four_items" "$reader"
insert card.bin
the_four_items "a card in a reader: the four items, exactly" "$four_items" "$reader"
expect_typed "a wrong PIN, and the tries left" 1 '^PIN_WRONG.*tries left: 2$' 0000 "$four_items" "$reader"
expect "a reader that is not there" 2 '^UNREACHABLE' "$four_items" "No Such Reader"
take_out
python3 "$root/tests/interop/install/other_card.py" &
wait_for 15 reader_has_card || differs "another card is seen in the reader"
expect_typed "another card is refused" 1 '^CARD_REFUSED.*6a82' 5678 "$four_items" "$reader"
finish
