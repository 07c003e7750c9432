#include "registry/person_text.h"

#include <algorithm>

namespace mitome::registry {
namespace {

/// C0 and C1 controls, DEL, and the line and paragraph separators and direction marks of Unicode, in UTF-8.
bool has_controls(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    return true;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]), second = static_cast<unsigned char>(text[i + 1]);
    if (first == 0xC2 && second < 0xA0) return true;  // U+0080 to U+009F
    if (first != 0xE2 || i + 2 >= text.size()) continue;
    const auto third = static_cast<unsigned char>(text[i + 2]);
    if (second == 0x80 && ((third >= 0xA8 && third <= 0xAE) || third == 0x8E || third == 0x8F)) return true;
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) return true;  // U+2066 to U+2069
  }
  return false;
}

}  // namespace

Result<std::string> person_text(const json::Value& person, std::string_view name) {
  TRY_ASSIGN(std::string text, person.string_at(name));
  if (text.empty() || text.size() > kMaxPersonText)
    return Error{Reason::MALFORMED, std::string{name} + " is empty or too long"};
  if (has_controls(text)) return Error{Reason::MALFORMED, std::string{name} + " holds control characters"};
  return text;
}

}  // namespace mitome::registry
