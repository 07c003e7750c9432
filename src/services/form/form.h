// A form as data: the page draws it from this list, the server judges by the same list, so that labels and rules
// cannot drift apart.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "protocol/http/http.h"

namespace mitome::services {

inline constexpr size_t kMaxFields = 40;

enum class FieldKind : uint8_t {
  kText,    ///< one line; min and max count characters
  kDate,    ///< "2026-06-01"
  kMonth,   ///< "2026-06"
  kChoice,  ///< one of `choices`
  kCount,   ///< a whole number between min and max
  kYen,     ///< the same, in yen
  kDigits,  ///< exactly `max` digits, zeros in front kept
  kTick,    ///< true or false; when required, true
};

struct Choice {
  std::string_view value, en, ja;
};

struct Field {
  std::string_view name;
  FieldKind kind;
  std::string_view en, ja;
  std::string_view hint_en, hint_ja;
  bool required = true;
  int64_t min = 0, max = 0;
  std::span<const Choice> choices = {};
};

struct FieldError {
  std::string field, en, ja;
};

struct CheckedForm {
  json::Value values;  ///< of the fields that are in order, in the order of the list; absent ones that need not be there are left out
  std::vector<FieldError> errors;
  bool good() const { return errors.empty(); }
  const FieldError* error_of(std::string_view field) const;
};

/// What the page sent, field by field. MALFORMED for a field that the form does not have.
Result<CheckedForm> check_form(std::span<const Field> form, const json::Value& input);

/// For the page: [{name, kind, label, label_ja, hint, hint_ja, required, min, max, choices}].
json::Value describe_form(std::span<const Field> form);
/// {field: {message, message_ja}}
json::Value describe_errors(const std::vector<FieldError>& errors);
/// FORM_INVALID with the errors beside the fields as member "fields".
http::Response refuse_form(const std::vector<FieldError>& errors);

/// The value as a person reads it: the choice's words, 1,234,567 for yen; of a checked form.
std::string show_value(const Field& field, const json::Value& value, bool japanese);
/// "1,234,567"
std::string with_commas(int64_t number);

/// "2026-06" → its first day. MALFORMED.
Result<Date> month_from_text(std::string_view text);

}  // namespace mitome::services
