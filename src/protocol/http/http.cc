#include "protocol/http/http.h"

#include <algorithm>

namespace mitome::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

Request request_to(std::string_view method, std::string_view url) {
  Request request;
  request.method = method;
  for (const std::string_view scheme : {"http://", "https://"})
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  const size_t end = std::min(url.find_first_of("/?#"), url.size());
  request.authority = url.substr(0, end);
  const std::string_view rest = url.substr(end, url.find('#') - end);  // a fragment is never sent (RFC 9110 4.2.5)
  request.target = rest.starts_with('/') ? std::string{rest} : "/" + std::string{rest};
  return request;
}

int status_of(Reason reason) {
  if (reason_info(reason).kind == ReasonKind::kUnavailable) return 503;
  switch (reason) {
    case Reason::NOT_FOUND:
      return 404;
    case Reason::FORBIDDEN:
      return 403;
    case Reason::METHOD_NOT_ALLOWED:
      return 405;
    case Reason::CONFLICT:
    case Reason::STALE_VERSION:
      return 409;
    default:
      return 422;
  }
}

/// How well a route's path fits: 3 exactly, 2 by its last segment, 1 by whatever follows, 0 not at all.
int fit(std::string_view pattern, std::string_view path) {
  if (pattern == path) return 3;
  const bool deep = pattern.ends_with("/**");
  if (!deep && !pattern.ends_with("/*")) return 0;
  const std::string_view stem = pattern.substr(0, pattern.rfind('/') + 1);
  if (!path.starts_with(stem) || path.size() == stem.size()) return 0;
  if (deep) return 1;
  return path.find('/', stem.size()) == path.npos ? 2 : 0;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Request::header(std::string_view name) const { return header_of(headers, name); }

std::string_view Request::path() const { return std::string_view{target}.substr(0, target.find('?')); }

std::string_view Request::query() const {
  const size_t mark = target.find('?');
  return mark == target.npos ? std::string_view{} : std::string_view{target}.substr(mark + 1);
}

std::string_view Response::header(std::string_view name) const { return header_of(headers, name); }

Response Response::json(const json::Value& value, int status) {
  return bytes(to_bytes(value.dump()), "application/json", status);
}

Response Response::bytes(Bytes body, std::string_view content_type, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

Response Response::error(const Error& error) {
  const ReasonInfo& info = reason_info(error.reason);
  return json(json::Value::object({{"reason", info.code},
                                   {"message", info.en},
                                   {"message_ja", info.ja},
                                   {"next", info.next_en},
                                   {"next_ja", info.next_ja},
                                   {"detail", error.detail}}),
              status_of(error.reason));
}

Request get(std::string_view url) { return request_to("GET", url); }

Request post_json(std::string_view url, const json::Value& body) {
  return post(url, "application/json", to_bytes(body.dump()));
}

Request post(std::string_view url, std::string_view content_type, Bytes body) {
  Request request = request_to("POST", url);
  request.headers.emplace_back("Content-Type", content_type);
  request.body = std::move(body);
  return request;
}

Result<json::Value> call_json(HttpClient& client, const Request& request) {
  TRY_ASSIGN(const Bytes body, call_bytes(client, request));
  return json::parse(as_text(body));
}

Result<Bytes> call_bytes(HttpClient& client, const Request& request) {
  TRY_ASSIGN(Response response, client.send(request));
  if (!response.ok()) return error_of(response);
  if (response.body.size() > kMaxBody) return Error{Reason::LIMIT_EXCEEDED, "an answer of over 8 MiB"};
  return std::move(response.body);
}

Error error_of(const Response& response) {
  const auto body = json::parse(as_text(response.body));
  const auto code = body ? body->string_at("reason") : Result<std::string>{body.error()};
  const auto reason = code ? reason_from_code(*code) : std::nullopt;
  // An error that calls itself good is no error of ours either.
  if (!reason.has_value() || reason_info(*reason).kind == ReasonKind::kGood)
    return {Reason::UNREACHABLE, "HTTP status " + std::to_string(response.status)};
  return {*reason, body->string_or("detail", "")};
}

Result<json::Value> json_body(const Request& request) {
  TRY_ASSIGN(json::Value body, json::parse(as_text(request.body)));
  if (!body.is_object()) return Error{Reason::MALFORMED, "the body must be a JSON object"};
  return body;
}

Response Router::handle(const Request& request) const {
  if (request.body.size() > kMaxBody) return Response::error({Reason::LIMIT_EXCEEDED, "a body of over 8 MiB"});
  const Route* best = nullptr;
  int best_fit = 0;
  std::string allowed;
  for (const Route& route : routes_) {
    const int now = fit(route.path, request.path());
    if (now == 0) continue;
    allowed += (allowed.empty() ? "" : ", ") + route.method;
    if (route.method != request.method || now <= best_fit) continue;
    best = &route;
    best_fit = now;
  }
  if (best != nullptr) return best->handle(request);
  if (allowed.empty()) return Response::error({Reason::NOT_FOUND, std::string{request.path()}});
  Response response = Response::error({Reason::METHOD_NOT_ALLOWED, request.method});
  response.headers.emplace_back("Allow", allowed);  // RFC 9110 15.5.6
  return response;
}

std::string_view last_segment(const Request& request) {
  const std::string_view path = request.path();
  return path.substr(path.rfind('/') + 1);
}

}  // namespace mitome::http
