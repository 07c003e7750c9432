// Result<T>: a value or an Error. We throw nothing; input and environment fail
// through here, our own bugs through CHECK.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/reason.h"

namespace mitome {

/// A reason and, for the reader of a log, what exactly was seen. The detail never
/// holds a PIN, key, token or My Number.
struct Error {
  Reason reason;
  std::string detail;
};

/// "VALUE_DIGEST_MISMATCH: element age_over_20".
inline std::string to_string(const Error& error) {
  std::string out{reason_code(error.reason)};
  if (!error.detail.empty()) out += ": " + error.detail;
  return out;
}

/// Member names as in std::expected, which g++ 12 does not have.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  template <typename U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, E>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return checked(); }
  const T& value() const& { CHECK(has_value()); return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  const E& error() const& { CHECK(!has_value()); return *std::get_if<1>(&state_); }
  E&& error() && { CHECK(!has_value()); return std::move(*std::get_if<1>(&state_)); }

  template <typename U>
  T value_or(U&& other) const& { return has_value() ? value() : static_cast<T>(std::forward<U>(other)); }

 private:
  T& checked() { CHECK(has_value()); return *std::get_if<0>(&state_); }
  std::variant<T, E> state_;
};

template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;

  Result() = default;
  Result(E error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const { CHECK(has_value()); }
  const E& error() const& { CHECK(!has_value()); return *error_; }
  E&& error() && { CHECK(!has_value()); return std::move(*error_); }

 private:
  std::optional<E> error_;
};

}  // namespace mitome

#define MITOME_CONCAT_INNER(a, b) a##b
#define MITOME_CONCAT(a, b) MITOME_CONCAT_INNER(a, b)

/// TRY(expression): returns its error from the enclosing function.
#define TRY(...)                                                      \
  do {                                                                \
    auto&& try_result_ = (__VA_ARGS__);                               \
    if (!try_result_.has_value()) return std::move(try_result_).error(); \
  } while (false)

/// TRY_ASSIGN(auto value, expression): the value, or returns the error. A statement,
/// not an expression: an expression would skip destructors on g++ 12.
#define TRY_ASSIGN(declaration, ...) \
  TRY_ASSIGN_INNER(MITOME_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_ASSIGN_INNER(name, declaration, ...)          \
  auto name = (__VA_ARGS__);                              \
  if (!name.has_value()) return std::move(name).error(); \
  declaration = std::move(name).value()
