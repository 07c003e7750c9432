#include "apps/web/public_side.h"

#include <algorithm>

#include "apps/town/addresses.h"
#include "base/hex.h"
#include "credential/x509/oids.h"

namespace mitome::web {
namespace {

constexpr std::string_view kScheme = "https://", kCertificatePath = "/mitome-town-root.crt";
constexpr Days kRootLife{3650}, kServerLife{397};  ///< what phones take at most: 825 days, and 398 of a public authority
constexpr size_t kMaxHost = 253;

Error usage(std::string_view what) { return Error{Reason::USAGE, "--public-url: " + std::string{what}}; }

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// RFC 1123 2.1: labels of letters, digits and hyphens; the last one has a letter, or it is an address.
bool host_name(std::string_view host) {
  if (host.empty() || host.size() > kMaxHost) return false;
  std::string_view label;
  for (std::string_view rest = host;; rest.remove_prefix(label.size() + 1)) {
    label = rest.substr(0, rest.find('.'));
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
    if (label.empty() || label.size() > 63 || !plain || label.front() == '-' || label.back() == '-') return false;
    if (label.size() == rest.size()) break;
  }
  return std::any_of(label.begin(), label.end(), is_letter);
}

Result<std::string> host_of(const std::string& url, uint16_t first_port) {
  if (!url.starts_with(kScheme)) return usage("must begin with https://");
  std::string host = url.substr(kScheme.size());
  if (host.ends_with('/')) host.pop_back();
  if (const size_t colon = host.rfind(':'); colon != host.npos) {
    if (host.substr(colon + 1) != std::to_string(first_port)) return usage("its port is the first of the ten; give the same to --port");
    host.resize(colon);
  }
  if (!host_name(host)) return usage("a host name in small letters is needed, like https://town.local; sensors work for no address");
  return host;
}

/// Text of our own alone: nothing in it came from a request.
std::string instructions(const std::string& host, const std::string& fingerprint) {
  return "<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
         "<title>認めの町 / Mitome town</title></head><body><main><h1>認めの町の証明書 <span lang=\"en\">The town’s certificate</span></h1>"
         "<p>この電話を町で使うには、この試験用の証明書を入れて信頼してください。" + host + " のほかには使えません。終わったら削除してください。</p>"
         "<p lang=\"en\">To use this phone in the town, install this test certificate and trust it. It can speak for " + host +
         " alone. Remove it afterwards.</p><p><a href=\"" + std::string{kCertificatePath} + "\">mitome-town-root.crt</a></p>"
         "<p>SHA-256 <code>" + fingerprint + "</code></p>"
         "<p>ダウンロードしたあと、設定アプリでインストールし、信頼をオンにします。手順は docs/real-phone.md にあります。"
         "<br><span lang=\"en\">After downloading, install it in the settings and switch its trust on: "
         "docs/real-phone.md has each step.</span></p>"
         "</main></body></html>";
}

}  // namespace

Result<void> PublicSide::check(const std::string& url, uint16_t first_port) {
  TRY(host_of(url, first_port));
  return {};
}

Result<PublicSide> PublicSide::open(const std::string& url, uint16_t first_port, town::Storage& storage, crypto::Random& random,
                                    crypto::KeySource& keys, Instant now) {
  TRY_ASSIGN(const std::string host, host_of(url, first_port));
  const town::IdentityPlan root_plan{.common_name = "Mitome Test Town " + host, .ca = true, .life = kRootLife, .hosts = {host}};
  TRY_ASSIGN(town::Identity root, town::kept_identity(storage, "keys/tls-root-" + host, root_plan, nullptr, random, keys, now));
  const town::IdentityPlan server_plan{
      .common_name = host, .purpose = std::string{x509::oid::kServerAuth}, .life = kServerLife, .hosts = {host}};
  TRY_ASSIGN(const town::Identity server, town::make_identity(server_plan, &root, random, keys, now));
  auto tls = std::make_shared<net::TlsIdentity>(net::TlsIdentity{server.certificate.pem(), server.signer->key().pkcs8()});
  return PublicSide{host, first_port, std::move(root), std::move(tls)};
}

std::string PublicSide::page_head() const {
  const town::Addresses addresses{first_port_, host_};
  json::Value origins = json::Value::object();
  for (const std::string_view place : town::kPlaces) origins.set(place, addresses.origin(place));
  return "<meta name=\"town-origins\" content='" + origins.dump() + "'>";
}

std::string PublicSide::fingerprint() const {
  std::string hex = to_hex(root_.certificate.fingerprint()), out;
  std::transform(hex.begin(), hex.end(), hex.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (size_t i = 0; i < hex.size(); i += 2) out += (i == 0 ? "" : ":") + hex.substr(i, 2);
  return out;
}

http::Response PublicSide::root_page(const http::Request& request) const {
  if (request.method != "GET") return http::Response::error({Reason::METHOD_NOT_ALLOWED, request.method});
  http::Response response = http::Response::error({Reason::NOT_FOUND, "only / is here"});
  if (request.path() == kCertificatePath) response = http::Response::bytes(root_.certificate.der(), "application/x-x509-ca-cert");
  if (request.path() == "/") response = http::Response::bytes(to_bytes(instructions(host_, fingerprint())), "text/html; charset=utf-8");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace mitome::web
