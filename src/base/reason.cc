#include "base/reason.h"

#include <array>

namespace mitome {
namespace {

constexpr std::array kReasons = {
#define REASON(code, kind, clause, en, ja, next_en, next_ja) \
  ReasonInfo{Reason::code, #code, ReasonKind::kind, clause, en, ja, next_en, next_ja},
#include "base/reason.def"
#undef REASON
};

}  // namespace

const ReasonInfo& reason_info(Reason reason) { return kReasons[static_cast<size_t>(reason)]; }

std::optional<Reason> reason_from_code(std::string_view code) {
  for (const ReasonInfo& info : kReasons)
    if (info.code == code) return info.reason;
  return std::nullopt;
}

std::span<const ReasonInfo> all_reasons() { return kReasons; }

}  // namespace mitome
