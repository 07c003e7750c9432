// Why something was refused. base/reason.def is the only list of reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mitome {

enum class Reason : uint16_t {
#define REASON(code, kind, clause, en, ja, next_en, next_ja) code,
#include "base/reason.def"
#undef REASON
};

/// What a reason means to the caller, and so to the exit code.
enum class ReasonKind : uint8_t {
  kGood,         ///< nothing was refused (exit 0)
  kRefused,      ///< asked, and the answer is no (exit 1)
  kUnavailable,  ///< could not ask; never to be read as good (exit 2)
  kUsage,        ///< the command or its input is wrong (exit 64)
};

struct ReasonInfo {
  Reason reason;
  std::string_view code;     ///< as printed in reports, e.g. VALUE_DIGEST_MISMATCH
  ReasonKind kind;
  std::string_view clause;   ///< the clause of the standard or rule, may be empty
  std::string_view en, ja;   ///< one sentence for a person
  std::string_view next_en, next_ja;  ///< what to do next
};

const ReasonInfo& reason_info(Reason reason);
inline std::string_view reason_code(Reason reason) { return reason_info(reason).code; }
std::optional<Reason> reason_from_code(std::string_view code);
std::span<const ReasonInfo> all_reasons();

}  // namespace mitome
