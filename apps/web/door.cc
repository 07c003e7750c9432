#include "apps/web/door.h"

#include <algorithm>

namespace mitome::web {
namespace {

/// A browser says where a POST comes from; other software says nothing (RFC 6454 7, Fetch 3.1).
bool from_another_origin(const DoorPlan& plan, const http::Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return false;
  const std::string_view origin = request.header("Origin");
  if (!origin.empty()) return origin != plan.origin;
  const std::string_view site = request.header("Sec-Fetch-Site");
  return !site.empty() && site != "same-origin" && site != "none";
}

/// Only this place's cookies go in, under the names that the place gave them.
void take_cookies_in(const DoorPlan& plan, http::Request& request) {
  if (plan.cookie_prefix.empty()) return;
  std::string own;
  for (auto header = request.headers.begin(); header != request.headers.end();) {
    if (!http::same_name(header->first, "Cookie")) {
      ++header;
      continue;
    }
    std::string_view rest = header->second;
    while (!rest.empty()) {
      std::string_view one = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      while (one.starts_with(' ')) one.remove_prefix(1);
      if (!one.starts_with(plan.cookie_prefix)) continue;
      own += (own.empty() ? "" : "; ") + std::string{one.substr(plan.cookie_prefix.size())};
    }
    header = request.headers.erase(header);
  }
  if (!own.empty()) request.headers.emplace_back("Cookie", std::move(own));
}

void send_cookies_out(const DoorPlan& plan, http::Response& response) {
  if (plan.cookie_prefix.empty()) return;
  for (auto& [name, value] : response.headers)
    if (http::same_name(name, "Set-Cookie")) value = plan.cookie_prefix + value;
}

void add_headers(const DoorPlan& plan, http::Response& response) {
  std::string lead = "'self'";
  for (const std::string& origin : plan.may_lead) lead += " " + origin;
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
                                "connect-src 'self'; font-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
                                "object-src 'self' blob:; frame-src 'self' blob:; form-action " +
                                    lead + "; frame-ancestors 'none'; base-uri 'none'");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
  if (response.header("Cache-Control").empty()) response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

http::Response answer(const DoorPlan& plan, const Pages& pages, const http::Request& request,
                      const std::function<http::Response(const http::Request&)>& place) {
  http::Response response;
  if (from_another_origin(plan, request)) {
    response = http::Response::error({Reason::FORBIDDEN, "this page may not call " + plan.origin});
  } else if (auto page = pages.find(plan.place, request)) {
    response = std::move(*page);
  } else {
    http::Request asked = request;
    if (asked.method == "HEAD") asked.method = "GET";
    take_cookies_in(plan, asked);
    response = place(asked);
    send_cookies_out(plan, response);
  }
  add_headers(plan, response);
  return response;
}

}  // namespace mitome::web
