// Plain requests and responses. An endpoint is a function from one to the other; net/ carries them over sockets, the
// simulated network over nothing, a test calls the function.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "codec/json/json.h"

namespace mitome::http {

inline constexpr size_t kMaxBody = 8 * 1024 * 1024;

class EventStream;

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Names of headers are the same in any case (RFC 9110 5.1).
bool same_name(std::string_view a, std::string_view b);

struct Request {
  std::string method;     ///< "GET", "POST", …
  std::string authority;  ///< host[:port] as in a URL, e.g. "authority.localhost"
  std::string target;     ///< path and query, "/status/ocsp?x=1"
  Headers headers;
  Bytes body;

  std::string_view header(std::string_view name) const;  ///< first of that name, any case; empty when absent
  std::string_view path() const;                         ///< target up to '?'
  std::string_view query() const;                        ///< after '?', empty when none
};

struct Response {
  int status = 200;
  Headers headers;
  Bytes body;
  /// Kept open and fed from this stream, beginning behind the request's Last-Event-ID. Shared: whoever publishes may end
  /// before the connection does.
  std::shared_ptr<EventStream> events = nullptr;

  std::string_view header(std::string_view name) const;
  bool ok() const { return status >= 200 && status < 300; }

  static Response json(const json::Value& value, int status = 200);
  static Response bytes(Bytes body, std::string_view content_type, int status = 200);
  /// {"reason": CODE, "message": English, "message_ja": Japanese, "next": …, "next_ja": …, "detail": …}; status from
  /// the kind: 503 unavailable, 404 NOT_FOUND, 403 FORBIDDEN, 409 CONFLICT and STALE_VERSION, 405, else 422.
  static Response error(const Error& error);
};

/// The way to another actor, and the only one.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// UNREACHABLE when no answer came. Whether the request took effect is then unknown.
  virtual Result<Response> send(const Request& request) = 0;
};

Request get(std::string_view url);
Request post_json(std::string_view url, const json::Value& body);
Request post(std::string_view url, std::string_view content_type, Bytes body);

/// Sends; the JSON of a 2xx answer, else the Error that the answer carries (an unknown reason code: UNREACHABLE).
Result<json::Value> call_json(HttpClient& client, const Request& request);
Result<Bytes> call_bytes(HttpClient& client, const Request& request);
/// The Error carried by a non-2xx answer.
Error error_of(const Response& response);

/// The body as a JSON object; MALFORMED otherwise.
Result<json::Value> json_body(const Request& request);

/// One line of an actor's routes.cc.
struct Route {
  std::string method;
  std::string path;  ///< exact, or ending in "/*" for one further segment, or in "/**" for whatever follows
  std::string who;   ///< who may call, for people: "anyone", "phone", "hotline", …
  std::function<Response(const Request&)> handle;
};

/// Finds the route and calls it; NOT_FOUND or METHOD_NOT_ALLOWED otherwise; bodies over kMaxBody: LIMIT_EXCEEDED.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}
  Response handle(const Request& request) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

/// The last path segment, for routes that end in "/*".
std::string_view last_segment(const Request& request);

}  // namespace mitome::http
