// CRD-7: valgrind tells whether a branch or an index depends on memory that is marked undefined. Here that memory is the PIN, as
// the chip keeps it and as it was typed; so no time depends on it either. `naive` compares as one must not, and must be caught.
#include <valgrind/memcheck.h>

#include <cstdio>
#include <cstring>
#include <string_view>

#include "card/runtime/pin.h"

namespace {

using mitome::ByteView;
using mitome::crypto::Pin;

void hide(ByteView secret) { (void)VALGRIND_MAKE_MEM_UNDEFINED(secret.data(), secret.size()); }

/// What the comparison found is no secret: the card answers it.
template <typename T>
T shown(T value) {
  (void)VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
  return value;
}

/// Stops at the first difference.
bool naive_matches(ByteView reference, const Pin& candidate) {
  const ByteView tried = candidate.reveal();
  for (size_t i = 0; i < tried.size(); ++i)
    if (reference[1 + i] != tried[i]) return false;
  return true;
}

template <typename Matches>
bool compare(std::string_view kept, std::string_view typed, Matches matches) {
  const auto reference = mitome::card::encode_pin_reference(Pin::from_command(mitome::as_bytes(kept)).value());
  const auto candidate = Pin::from_command(mitome::as_bytes(typed)).value();
  hide(reference.reveal());
  hide(candidate.reveal());
  return shown(matches(reference.reveal(), candidate));
}

struct Case {
  std::string_view kept, typed;
  bool same;
};
constexpr Case kCases[] = {{"1234", "1234", true},      {"1234", "0234", false},     {"1234", "1235", false},
                           {"1234", "12", false},       {"1234", "123456", false},   {"SIGN1234", "SIGN1234", true},
                           {"SIGN1234", "SIGN1235", false}, {"123456789010", "023456789010", false}};

}  // namespace

int main(int argc, char** argv) {
  const bool naive = argc > 1 && std::strcmp(argv[1], "naive") == 0;
  if (RUNNING_ON_VALGRIND == 0) {
    std::puts("not under valgrind: nothing would be proved");
    return 2;
  }
  int wrong = 0;
  for (const Case& one : kCases) {
    const bool same = naive ? compare(one.kept, one.typed, naive_matches)
                            : compare(one.kept, one.typed, mitome::card::pin_matches);
    if (!naive && same != one.same) ++wrong;
  }
  std::printf("%zu comparisons, %d wrong\n", std::size(kCases), wrong);
  return wrong == 0 ? 0 : 1;
}
