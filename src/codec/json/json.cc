#include "codec/json/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "codec/base64url/base64url.h"

namespace mitome::json {
namespace {

constexpr size_t kPairwiseNames = 16;

bool has_duplicate(const Value::Object& members) {
  if (members.size() <= kPairwiseNames) {
    for (size_t i = 0; i < members.size(); ++i)
      for (size_t k = 0; k < i; ++k)
        if (members[i].first == members[k].first) return true;
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& member : members) names.emplace_back(member.first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// Takes nlohmann's events. Its parser keeps its own stack, so that depth costs heap, not stack.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return add(Value{}); }
  bool boolean(bool value) override { return add(Value{value}); }
  bool number_integer(int64_t value) override { return add(Value{value}); }
  bool number_unsigned(uint64_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return add(Value{static_cast<double>(value)});
    return add(Value{static_cast<int64_t>(value)});
  }
  bool number_float(double value, const std::string&) override { return add(Value{value}); }
  bool string(std::string& value) override { return add(Value{std::move(value)}); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(size_t) override { return open(true); }
  bool start_array(size_t) override { return open(false); }
  bool key(std::string& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool end_object() override {
    if (has_duplicate(open_.back().members)) return fail(Reason::MALFORMED, "JSON: the same name twice");
    Value done{std::move(open_.back().members)};
    open_.pop_back();
    return add(std::move(done));
  }
  bool end_array() override {
    Value done{std::move(open_.back().items)};
    open_.pop_back();
    return add(std::move(done));
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail(Reason::MALFORMED, "JSON: cannot be read at byte " + std::to_string(position));
  }

  Result<Value> take() {
    if (!error_.detail.empty()) return std::move(error_);
    return std::move(root_);
  }

 private:
  struct Open {
    bool object;
    Value::Array items;
    Value::Object members;
    std::string name;
  };

  bool open(bool object) {
    if (open_.size() >= kMaxDepth) return fail(Reason::LIMIT_EXCEEDED, "JSON: nested deeper than 32");
    open_.push_back({object, {}, {}, {}});
    return true;
  }
  bool add(Value value) {
    if (++count_ > kMaxValues) return fail(Reason::LIMIT_EXCEEDED, "JSON: over a million values");
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().object)
      open_.back().members.emplace_back(std::move(open_.back().name), std::move(value));
    else
      open_.back().items.push_back(std::move(value));
    return true;
  }
  bool fail(Reason reason, std::string detail) {
    if (error_.detail.empty()) error_ = {reason, std::move(detail)};
    return false;
  }

  std::vector<Open> open_;
  Value root_;
  size_t count_ = 0;
  Error error_{Reason::MALFORMED, ""};
};

void dump_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void dump_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";  // RFC 8259 section 6 has no other way
    return;
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  const std::string_view text{buffer, static_cast<size_t>(end - buffer)};
  out += text;
  if (text.find_first_of(".e") == text.npos) out += ".0";
}

/// Writes a value; `indent` is the column of its children, or 0 for the compact form.
class Dumper {
 public:
  explicit Dumper(bool pretty) : pretty_(pretty) {}

  void value(const Value& v, size_t level) {
    if (v.is_null())
      out_ += "null";
    else if (v.is_bool())
      out_ += v.as_bool().value() ? "true" : "false";
    else if (v.is_int())
      out_ += std::to_string(v.as_int().value());
    else if (v.is_double())
      dump_double(out_, v.as_double().value());
    else if (v.is_string())
      dump_string(out_, *v.text());
    else if (v.is_array())
      list('[', ']', v.items(), level, [&](const Value& item) { value(item, level + 1); });
    else
      list('{', '}', v.members(), level, [&](const Value::Member& member) {
        dump_string(out_, member.first);
        out_ += pretty_ ? ": " : ":";
        value(member.second, level + 1);
      });
  }
  std::string take() { return std::move(out_); }

 private:
  template <typename Items, typename Each>
  void list(char opening, char closing, const Items& items, size_t level, Each each) {
    out_ += opening;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      line(level + 1);
      each(item);
    }
    if (!first) line(level);
    out_ += closing;
  }
  void line(size_t level) {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(level * 2, ' ');
  }

  bool pretty_;
  std::string out_;
};

Error wrong(std::string_view wanted) { return {Reason::MALFORMED, "JSON: expected " + std::string{wanted}}; }

Error wrong_member(std::string_view name, std::string_view wanted) {
  return {Reason::MALFORMED, "JSON: \"" + std::string{name} + "\" must be " + std::string{wanted}};
}

}  // namespace

Result<bool> Value::as_bool() const {
  if (const bool* value = std::get_if<bool>(&state_)) return *value;
  return wrong("true or false");
}

Result<int64_t> Value::as_int() const {
  if (const int64_t* value = std::get_if<int64_t>(&state_)) return *value;
  return wrong("a whole number");
}

Result<double> Value::as_double() const {
  if (const double* value = std::get_if<double>(&state_)) return *value;
  if (const int64_t* value = std::get_if<int64_t>(&state_)) return static_cast<double>(*value);
  return wrong("a number");
}

Result<std::string> Value::as_string() const {
  if (const std::string* value = text()) return *value;
  return wrong("a string");
}

const Value::Array& Value::items() const {
  static const Array kEmpty;
  const Array* value = std::get_if<Array>(&state_);
  return value != nullptr ? *value : kEmpty;
}

const Value::Object& Value::members() const {
  static const Object kEmpty;
  const Object* value = std::get_if<Object>(&state_);
  return value != nullptr ? *value : kEmpty;
}

const Value* Value::find(std::string_view name) const {
  for (const Member& member : members())
    if (member.first == name) return &member.second;
  return nullptr;
}

Result<std::string> Value::string_at(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr || !member->is_string()) return wrong_member(name, "a string");
  return member->as_string();
}

Result<int64_t> Value::int_at(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr || !member->is_int()) return wrong_member(name, "a whole number");
  return member->as_int();
}

Result<bool> Value::bool_at(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr || !member->is_bool()) return wrong_member(name, "true or false");
  return member->as_bool();
}

Result<Bytes> Value::base64url_at(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr || !member->is_string()) return wrong_member(name, "base64url text");
  auto decoded = base64url::decode(*member->text());
  if (!decoded) return wrong_member(name, "base64url text");
  return decoded;
}

std::string Value::string_or(std::string_view name, std::string_view otherwise) const {
  const Value* member = find(name);
  return std::string{member != nullptr && member->is_string() ? std::string_view{*member->text()} : otherwise};
}

Value& Value::set(std::string_view name, Value value) {
  if (is_null()) state_ = Object{};
  CHECK(is_object());
  auto& members = *std::get_if<Object>(&state_);
  for (Member& member : members) {
    if (member.first != name) continue;
    member.second = std::move(value);
    return *this;
  }
  members.emplace_back(std::string{name}, std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) state_ = Array{};
  CHECK(is_array());
  std::get_if<Array>(&state_)->push_back(std::move(value));
  return *this;
}

std::string Value::dump() const {
  Dumper dumper{false};
  dumper.value(*this, 0);
  return dumper.take();
}

std::string Value::dump_pretty() const {
  Dumper dumper{true};
  dumper.value(*this, 0);
  return dumper.take();
}

Result<Value> parse(std::string_view text) {
  if (text.size() > kMaxSize) return Error{Reason::LIMIT_EXCEEDED, "JSON: over 16 MiB"};
  Builder builder;
  const bool read = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  auto result = builder.take();
  if (!read && result) return Error{Reason::MALFORMED, "JSON: cannot be read"};
  return result;
}

}  // namespace mitome::json
