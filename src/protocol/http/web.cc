#include "protocol/http/web.h"

#include <algorithm>

#include "codec/utf8/utf8.h"

namespace mitome::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode_component(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return Error{Reason::MALFORMED, "a bad percent escape"};
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!utf8::valid(as_bytes(out))) return Error{Reason::MALFORMED, "a parameter is not UTF-8"};
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Parameters> parse_parameters(std::string_view text) {
  Parameters out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    if (pair.size() > kMaxParameterSize) return Error{Reason::LIMIT_EXCEEDED, "a parameter over 16 KiB"};
    const size_t equals = std::min(pair.find('='), pair.size());
    TRY_ASSIGN(std::string name, decode_component(pair.substr(0, equals)));
    TRY_ASSIGN(std::string value, decode_component(pair.substr(std::min(equals + 1, pair.size()))));
    if (out.size() >= kMaxParameters) return Error{Reason::LIMIT_EXCEEDED, "over 64 parameters"};
    if (!out.emplace(name, std::move(value)).second) return Error{Reason::MALFORMED, "twice: " + name};
  }
  return out;
}

Result<Parameters> query_parameters(const Request& request) { return parse_parameters(request.query()); }

Result<Parameters> form_parameters(const Request& request) {
  const std::string_view type = request.header("Content-Type");
  if (trimmed(type.substr(0, type.find(';'))) != "application/x-www-form-urlencoded")
    return Error{Reason::MALFORMED, "Content-Type: application/x-www-form-urlencoded is needed"};
  return parse_parameters(as_text(request.body));
}

std::string encode_component(std::string_view text) {
  static constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kUnreserved.find(c) != kUnreserved.npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string cookie(const Request& request, std::string_view name) {
  std::string_view rest = request.header("Cookie");
  std::string found;
  size_t times = 0;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    if (trimmed(pair.substr(0, equals)) != name) continue;
    found = trimmed(pair.substr(std::min(equals + 1, pair.size())));
    ++times;
  }
  return times == 1 ? found : std::string{};
}

void set_cookie(Response& response, std::string_view name, std::string_view value, bool secure) {
  std::string text = std::string{name} + "=" + std::string{value} + "; Path=/; HttpOnly; SameSite=Lax";
  if (value.empty()) text += "; Max-Age=0";
  if (secure) text += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(text));
}

Response redirect(std::string_view url) {
  return {303, {{"Location", std::string{url}}, {"Cache-Control", "no-store"}}, {}, nullptr};
}

}  // namespace mitome::http
