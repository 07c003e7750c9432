// C2SP/wycheproof files: groups of tests, each valid, invalid or acceptable.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.h"
#include "codec/json/json.h"

namespace mitome::vectors {

/// A member as text or as the bytes of its hexadecimal text; CHECKs that it is there.
std::string text_at(const json::Value& value, std::string_view name);
Bytes hex_at(const json::Value& value, std::string_view name);

/// What our code said to a test.
enum class Answer { kAccepted, kRefused, kUnsupported };

struct Tally {
  size_t valid = 0, invalid = 0, acceptable = 0, unsupported = 0;
  size_t acceptable_accepted = 0;
  size_t total() const { return valid + invalid + acceptable + unsupported; }
};

/// Runs every test of wycheproof/`file`: `judge(group, test)` answers; every valid one must be accepted and every
/// invalid one refused. Prints how many of the acceptable ones were accepted.
Tally run_wycheproof(const std::string& file,
                     const std::function<Answer(const json::Value& group, const json::Value& test)>& judge);

}  // namespace mitome::vectors
