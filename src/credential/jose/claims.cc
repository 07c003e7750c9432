#include "credential/jose/claims.h"

#include <algorithm>

namespace mitome::jose {
namespace {

constexpr size_t kMaxAudiences = 8;
/// Times beyond it are nobody's (9999-12-31): sums stay far from overflow.
constexpr int64_t kLastTime = 253402300799;

Result<Instant> time_at(const json::Value& claims, std::string_view name) {
  TRY_ASSIGN(const int64_t seconds, claims.int_at(name));
  if (seconds < 0 || seconds > kLastTime) return Error{Reason::MALFORMED, std::string{name}};
  return instant_from_unix(seconds);
}

Result<std::vector<std::string>> audiences_of(const json::Value& claims) {
  const auto* member = claims.find("aud");
  if (member == nullptr) return Error{Reason::MALFORMED, "aud"};
  if (member->text() != nullptr) return std::vector<std::string>{*member->text()};
  if (member->items().empty() || member->items().size() > kMaxAudiences) return Error{Reason::MALFORMED, "aud"};
  std::vector<std::string> all;
  for (const auto& each : member->items()) {
    TRY_ASSIGN(std::string text, each.as_string());
    all.push_back(std::move(text));
  }
  return all;
}

Result<void> check_audience(const json::Value& claims, const Expected& expected) {
  TRY_ASSIGN(const auto named, audiences_of(claims));
  const bool ours = std::any_of(named.begin(), named.end(), [&](const std::string& each) {
    return std::find(expected.audiences.begin(), expected.audiences.end(), each) != expected.audiences.end();
  });
  if (!ours || (expected.sole_audience && named.size() != 1))
    return Error{Reason::AUDIENCE_MISMATCH, "the token is for somebody else"};
  return {};
}

Result<void> check_times(const json::Value& claims, const Expected& expected) {
  TRY_ASSIGN(const Instant expires, time_at(claims, "exp"));
  if (expected.now >= expires + kClockSkew) return Error{Reason::TOKEN_EXPIRED, to_rfc3339(expires)};
  if (expires > expected.now + expected.longest_life + kClockSkew)
    return Error{Reason::LIMIT_EXCEEDED, "the token lives too long"};
  for (const auto* name : {"nbf", "iat"}) {
    if (claims.find(name) == nullptr) continue;
    TRY_ASSIGN(const Instant begins, time_at(claims, name));
    if (begins > expected.now + kClockSkew) return Error{Reason::TOKEN_NOT_YET_VALID, name};
  }
  return {};
}

}  // namespace

Result<void> check_claims(const json::Value& claims, const Expected& expected) {
  TRY_ASSIGN(const std::string issuer, claims.string_at("iss"));
  if (issuer != expected.issuer) return Error{Reason::ISSUER_MISMATCH, "iss"};
  TRY(check_audience(claims, expected));
  return check_times(claims, expected);
}

}  // namespace mitome::jose
