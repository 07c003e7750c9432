// What a verification did: every check with its outcome, so that a refusal can be explained.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "base/result.h"
#include "codec/json/json.h"

namespace mitome::mdoc {

enum class Outcome : uint8_t { kPassed, kFailed, kNotRun };

struct CheckOutcome {
  std::string_view id;      ///< e.g. "issuer_signature"
  std::string_view clause;  ///< of the standard
  Outcome outcome = Outcome::kNotRun;
  Reason reason = Reason::GOOD;
  size_t document = 0;      ///< which document of the response, from 0
};

struct Report {
  Reason verdict = Reason::GOOD;
  std::string detail;  ///< what exactly was seen when refused; never an attribute's value
  std::vector<CheckOutcome> checks;

  bool good() const { return verdict == Reason::GOOD; }
  Error error() const { return {verdict, detail}; }
};

/// {"verdict":"good|refused|unavailable","reason":CODE,"detail":…,"checks":[{"id","clause","outcome","reason","document"}]}
json::Value to_json(const Report& report);

}  // namespace mitome::mdoc
