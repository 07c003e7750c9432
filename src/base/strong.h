#pragma once

#include <compare>
#include <string>
#include <utility>

namespace mitome {

/// A text that cannot be taken for another kind of text: PersonId for CardId.
template <typename Tag>
struct Strong {
  std::string text;

  Strong() = default;
  explicit Strong(std::string value) : text(std::move(value)) {}
  auto operator<=>(const Strong&) const = default;
};

using PersonId = Strong<struct PersonIdTag>;
using CardId = Strong<struct CardIdTag>;
using PhoneId = Strong<struct PhoneIdTag>;

}  // namespace mitome
