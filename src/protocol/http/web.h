// What browsers send beside JSON: cookies, query and form parameters. All of it untrusted; a name that stands twice is refused, since
// two readers of it may take two values (threats ONL-16).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/http/http.h"

namespace mitome::http {

inline constexpr size_t kMaxParameters = 64;
inline constexpr size_t kMaxParameterSize = 16 * 1024;

using Parameters = std::map<std::string, std::string, std::less<>>;

/// application/x-www-form-urlencoded (WHATWG URL 5.1). MALFORMED for a bad escape, a repeated name or text that is not UTF-8;
/// LIMIT_EXCEEDED.
Result<Parameters> parse_parameters(std::string_view text);
Result<Parameters> query_parameters(const Request& request);
/// MALFORMED when the Content-Type is another.
Result<Parameters> form_parameters(const Request& request);

/// Percent-encodes all but unreserved characters (RFC 3986 2.3).
std::string encode_component(std::string_view text);

/// The value of a cookie; empty when absent, or there twice (somebody planted one).
std::string cookie(const Request& request, std::string_view name);
/// Set-Cookie: HttpOnly, SameSite=Lax, Path=/, for the browser's session; Secure too when the origin is https. An empty value deletes it.
void set_cookie(Response& response, std::string_view name, std::string_view value, bool secure);

/// 303 to a URL of our own making.
Response redirect(std::string_view url);

}  // namespace mitome::http
