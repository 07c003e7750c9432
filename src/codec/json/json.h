// JSON (RFC 8259). nlohmann/json does the parsing inside json.cc and shows nowhere else.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::json {

inline constexpr size_t kMaxDepth = 32;
inline constexpr size_t kMaxSize = 16 * 1024 * 1024;
inline constexpr size_t kMaxValues = 1'000'000;

/// A JSON value. Objects keep the order of insertion. Numbers are int64 where they are whole, else double.
class Value {
 public:
  using Array = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Object = std::vector<Member>;

  Value() : state_(nullptr) {}
  Value(std::nullptr_t) : state_(nullptr) {}
  Value(bool value) : state_(value) {}
  Value(int value) : state_(static_cast<int64_t>(value)) {}
  Value(int64_t value) : state_(value) {}
  Value(uint64_t value) : state_(static_cast<int64_t>(value)) {}
  Value(double value) : state_(value) {}
  Value(const char* value) : state_(std::string{value}) {}
  Value(std::string_view value) : state_(std::string{value}) {}
  Value(std::string value) : state_(std::move(value)) {}
  Value(Array value) : state_(std::move(value)) {}
  Value(Object value) : state_(std::move(value)) {}
  /// json::Value::object({{"a", 1}, {"b", "x"}})
  static Value object(std::initializer_list<Member> members = {}) { return Value{Object{members}}; }
  static Value array(std::initializer_list<Value> items = {}) { return Value{Array{items}}; }

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(state_); }
  bool is_bool() const { return std::holds_alternative<bool>(state_); }
  bool is_int() const { return std::holds_alternative<int64_t>(state_); }
  bool is_double() const { return std::holds_alternative<double>(state_); }
  bool is_string() const { return std::holds_alternative<std::string>(state_); }
  bool is_array() const { return std::holds_alternative<Array>(state_); }
  bool is_object() const { return std::holds_alternative<Object>(state_); }

  /// Each MALFORMED when of another type.
  Result<bool> as_bool() const;
  Result<int64_t> as_int() const;
  Result<double> as_double() const;
  Result<std::string> as_string() const;

  /// The text of a string, without a copy; nullptr when of another type.
  const std::string* text() const { return std::get_if<std::string>(&state_); }

  /// The items or members; empty when of another type.
  const Array& items() const;
  const Object& members() const;

  /// A member by name: nullptr when absent or not an object.
  const Value* find(std::string_view name) const;
  /// MALFORMED, naming it, when absent or of another type.
  Result<std::string> string_at(std::string_view name) const;
  Result<int64_t> int_at(std::string_view name) const;
  Result<bool> bool_at(std::string_view name) const;
  Result<Bytes> base64url_at(std::string_view name) const;  ///< unpadded base64url text as bytes
  std::string string_or(std::string_view name, std::string_view otherwise) const;

  /// Adds or replaces a member (of an object or of null, which becomes an object).
  Value& set(std::string_view name, Value value);
  Value& push(Value value);

  /// Compact, UTF-8 as it is, control characters escaped.
  std::string dump() const;
  /// Indented by two spaces.
  std::string dump_pretty() const;

 private:
  std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object> state_;
};

/// Depth over 32, size over 16 MiB, over a million values, duplicate names, invalid UTF-8, trailing text:
/// LIMIT_EXCEEDED or MALFORMED.
Result<Value> parse(std::string_view text);

}  // namespace mitome::json
