#include "verifier/outbound.h"

#include <algorithm>

namespace mitome::verifier {

Result<void> Outbound::check_url(std::string_view url, const http::Request& request) const {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  // What one reader takes for a path another takes for a host: such bytes have no business in our addresses.
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; });
  const bool named = std::find(hosts_.begin(), hosts_.end(), request.authority) != hosts_.end();
  if (!web || !plain || !named) return Error{Reason::SSRF_BLOCKED, "address is not on a configured host"};
  return {};
}

Result<Bytes> Outbound::send(std::string_view url, const http::Request& request, std::string_view content_type) {
  TRY(check_url(url, request));
  const auto unavailable = [](std::string detail) { return Error{Reason::STATUS_UNAVAILABLE, std::move(detail)}; };
  auto response = client_.send(request);
  if (!response) return unavailable(to_string(response.error()));
  if (response->status >= 300 && response->status < 400)
    return Error{Reason::SSRF_BLOCKED, "redirection is not followed"};
  if (response->status != 200) return unavailable("HTTP status " + std::to_string(response->status));
  if (response->header("Content-Type") != content_type) return unavailable("another content type");
  if (response->body.empty()) return unavailable("empty answer");
  return std::move(response->body);
}

Result<Bytes> Outbound::get(std::string_view url, std::string_view content_type) {
  return send(url, http::get(url), content_type);
}

Result<Bytes> Outbound::post(std::string_view url, std::string_view request_type, Bytes body,
                             std::string_view content_type) {
  return send(url, http::post(url, request_type, std::move(body)), content_type);
}

}  // namespace mitome::verifier
