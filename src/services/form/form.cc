#include "services/form/form.h"

#include <algorithm>
#include <variant>

namespace mitome::services {
namespace {

struct Words {
  std::string en, ja;
};
using Judged = std::variant<json::Value, Words>;

constexpr std::string_view kKindNames[] = {"text", "date", "month", "choice", "count", "yen", "digits", "tick"};

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Without the blanks, also the wide ones of Japanese input, at both ends.
std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : {" ", "\u3000", "\t"}) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
      if (text.ends_with(blank)) text.remove_suffix(blank.size()), again = true;
    }
  }
  return text;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Judged judge_text(const Field& field, std::string_view text) {
  const auto length = static_cast<int64_t>(characters(text));
  if (has_control(text)) return Words{"This holds a character that cannot be written.", "使用できない文字が含まれています。"};
  if (length > field.max) {
    return Words{"At most " + std::to_string(field.max) + " characters.", std::to_string(field.max) + "文字以内で入力してください。"};
  }
  if (length < field.min) {
    return Words{"At least " + std::to_string(field.min) + " characters.",
        std::to_string(field.min) + "文字以上で入力してください。"};
  }
  return json::Value{text};
}

Judged judge_choice(const Field& field, std::string_view text) {
  for (const Choice& choice : field.choices)
    if (choice.value == text) return json::Value{text};
  return Words{"Choose one of the list.", "一覧から選んでください。"};
}

Judged judge_written(const Field& field, std::string_view text) {
  switch (field.kind) {
    case FieldKind::kDate:
      if (text.size() != 10 || !date_from_text(text)) return Words{"A date such as 2026-06-01.",
          "日付を 2026-06-01 の形で入力してください。"};
      return json::Value{text};
    case FieldKind::kMonth:
      if (!month_from_text(text)) return Words{"A month such as 2026-06.", "年月を 2026-06 の形で入力してください。"};
      return json::Value{text};
    case FieldKind::kDigits:
      if (!all_digits(text) || static_cast<int64_t>(text.size()) != field.max) {
        return Words{std::to_string(field.max) + " digits.", "数字" + std::to_string(field.max) + "桁で入力してください。"};
      }
      return json::Value{text};
    case FieldKind::kChoice:
      return judge_choice(field, text);
    default:
      return judge_text(field, text);
  }
}

Judged judge_number(const Field& field, const json::Value& value) {
  const auto number = value.as_int();
  if (!number) return Words{"A whole number.", "整数で入力してください。"};
  if (*number < field.min || *number > field.max) {
    const std::string low = with_commas(field.min), high = with_commas(field.max);
    return Words{"Between " + low + " and " + high + ".", low + "から" + high + "までの数を入力してください。"};
  }
  return value;
}

bool is_number(const Field& field) { return field.kind == FieldKind::kCount || field.kind == FieldKind::kYen; }

/// Nothing was filled in here.
bool is_empty(const Field& field, const json::Value* value) {
  if (value == nullptr || value->is_null()) return true;
  if (value->text() != nullptr) return trimmed(*value->text()).empty();
  return field.kind == FieldKind::kTick && value->is_bool() && !value->as_bool().value();
}

Judged judge(const Field& field, const json::Value& value) {
  if (field.kind == FieldKind::kTick) {
    if (!value.is_bool()) return Words{"Yes or no.", "はい・いいえで答えてください。"};
    return value;
  }
  if (is_number(field)) return judge_number(field, value);
  if (value.text() == nullptr) return Words{"Written text.", "文字で入力してください。"};
  return judge_written(field, trimmed(*value.text()));
}

Words missing(const Field& field) {
  if (field.kind == FieldKind::kTick) return {"This must be agreed to.", "確認してチェックを入れてください。"};
  if (field.kind == FieldKind::kChoice) return {"Choose one of the list.", "選択してください。"};
  return {"This must be filled in.", "入力してください。"};
}

}  // namespace

const FieldError* CheckedForm::error_of(std::string_view field) const {
  for (const FieldError& error : errors)
    if (error.field == field) return &error;
  return nullptr;
}

Result<CheckedForm> check_form(std::span<const Field> form, const json::Value& input) {
  if (!input.is_object()) return Error{Reason::MALFORMED, "the fields must be a JSON object"};
  if (input.members().size() > kMaxFields) return Error{Reason::LIMIT_EXCEEDED, "too many fields"};
  for (const auto& [name, value] : input.members()) {
    if (std::none_of(form.begin(), form.end(), [&](const Field& field) { return field.name == name; }))
      return Error{Reason::MALFORMED, "a field that this form does not have"};
  }
  CheckedForm out;
  out.values = json::Value::object();
  for (const Field& field : form) {
    const json::Value* value = input.find(field.name);
    if (is_empty(field, value)) {
      if (field.required) out.errors.push_back({std::string{field.name}, missing(field).en, missing(field).ja});
      continue;
    }
    Judged judged = judge(field, *value);
    if (auto* words = std::get_if<Words>(&judged)) {
      out.errors.push_back({std::string{field.name}, words->en, words->ja});
    } else {
      out.values.set(field.name, std::get<json::Value>(std::move(judged)));
    }
  }
  return out;
}

json::Value describe_form(std::span<const Field> form) {
  json::Value out = json::Value::array();
  for (const Field& field : form) {
    json::Value one = json::Value::object({{"name", field.name},
                                           {"kind", kKindNames[static_cast<size_t>(field.kind)]},
                                           {"label", field.en},
                                           {"label_ja", field.ja},
                                           {"hint", field.hint_en},
                                           {"hint_ja", field.hint_ja},
                                           {"required", field.required},
                                           {"min", field.min},
                                           {"max", field.max}});
    json::Value choices = json::Value::array();
    for (const Choice& choice : field.choices)
      choices.push(json::Value::object({{"value", choice.value}, {"label", choice.en}, {"label_ja", choice.ja}}));
    one.set("choices", std::move(choices));
    out.push(std::move(one));
  }
  return out;
}

json::Value describe_errors(const std::vector<FieldError>& errors) {
  json::Value out = json::Value::object();
  for (const FieldError& error : errors)
    out.set(error.field, json::Value::object({{"message", error.en}, {"message_ja", error.ja}}));
  return out;
}

http::Response refuse_form(const std::vector<FieldError>& errors) {
  CHECK(!errors.empty());
  http::Response response = http::Response::error({Reason::FORM_INVALID, errors.front().field});
  auto body = json::parse(as_text(response.body)).value();
  body.set("fields", describe_errors(errors));
  response.body = to_bytes(body.dump());
  return response;
}

std::string with_commas(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return (number < 0 ? "-" : "") + digits;
}

std::string show_value(const Field& field, const json::Value& value, bool japanese) {
  if (value.is_null()) return japanese ? "（なし）" : "(none)";
  if (field.kind == FieldKind::kTick) return japanese ? "はい" : "yes";
  if (field.kind == FieldKind::kYen) return with_commas(value.as_int().value_or(0)) + (japanese ? "円" : " yen");
  if (value.is_int()) return with_commas(value.as_int().value());
  CHECK(value.text() != nullptr);
  for (const Choice& choice : field.choices)
    if (choice.value == *value.text()) return std::string{japanese ? choice.ja : choice.en};
  return *value.text();
}

Result<Date> month_from_text(std::string_view text) {
  if (text.size() != 7) return Error{Reason::MALFORMED, "not a month"};
  return date_from_text(std::string{text} + "-01");
}

}  // namespace mitome::services
