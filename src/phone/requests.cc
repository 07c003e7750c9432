// What a gate asks the wallet, and what the holder asks a service. Only hosts that the configuration names are spoken to (threats ONL-15).
#include <algorithm>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

constexpr size_t kMaxRequestId = 128, kMaxLink = 512, kMaxScreen = 16 * 1024;
constexpr Seconds kForgetLife{60};
constexpr std::string_view kRequests = "/requests/";

bool is_id(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kMaxRequestId && std::all_of(text.begin(), text.end(), good);
}

struct Link {
  std::string gate, id;
};

/// GATE/requests/ID for one of these gates.
Result<Link> parse_link(const std::string& link, const std::vector<std::string>& gates) {
  if (link.size() > kMaxLink) return Error{Reason::LIMIT_EXCEEDED, "link"};
  for (const std::string& gate : gates) {
    const std::string prefix = gate + std::string{kRequests};
    if (!link.starts_with(prefix)) continue;
    std::string id = link.substr(prefix.size());
    if (!is_id(id)) return Error{Reason::MALFORMED, "not a link of a request"};
    return Link{gate, std::move(id)};
  }
  return Error{Reason::SSRF_BLOCKED, "not a gate that this phone knows"};
}

std::string call_url(const WalletRequest& open, std::string_view verb) {
  return open.gate + std::string{kRequests} + std::string{verb} + "?id=" + open.id;
}

/// What the screen shows of the gate's answer: these members and no other.
json::Value screen_of(const json::Value& answer) {
  auto out = json::Value::object();
  for (const std::string_view name : {"kind", "origin", "client", "purpose", "purpose_ja", "items", "stored", "stored_ja", "expires",
                                      "document", "sha256", "same_device"})
    if (const json::Value* member = answer.find(name)) out.set(name, *member);
  return out;
}

std::vector<ElementName> items_of(const json::Value& screen) {
  std::vector<ElementName> out;
  if (const json::Value* items = screen.find("items"))
    for (const json::Value& item : items->items()) {
      if (item.text() != nullptr) out.emplace_back("", *item.text());
      else out.emplace_back("", item.string_or("claim", ""));
    }
  return out;
}

}  // namespace

const KnownService* Phone::Impl::known_service(std::string_view id) const {
  for (const KnownService& service : config.services)
    if (service.id == id) return &service;
  return nullptr;
}

Result<WalletRequest> Phone::Impl::read_wallet_request(const std::string& gate, const std::string& id,
                                                       const json::Value& answer) const {
  WalletRequest open{gate, id, {}, {}, 0, {}, {}};
  TRY_ASSIGN(open.kind, answer.string_at("kind"));
  TRY_ASSIGN(const std::string origin, answer.string_at("origin"));
  // A login is signed for the gate's own origin; one that names another would be a relayed one (threats ONL-3).
  if (origin != gate) return Error{Reason::AUDIENCE_MISMATCH, "the gate names another origin than its own"};
  TRY_ASSIGN(open.expires, answer.int_at("expires"));
  if (instant_from_unix(open.expires) <= clock.now()) return Error{Reason::SESSION_EXPIRED, "the request"};
  if (open.kind == "login") {
    TRY_ASSIGN(open.nonce, answer.base64url_at("nonce"));
  } else if (open.kind == "sign") {
    TRY_ASSIGN(open.sha256, answer.base64url_at("sha256"));
    if (open.sha256.size() != crypto::Sha256Digest{}.size()) return Error{Reason::MALFORMED, "sha256"};
  } else {
    return Error{Reason::MALFORMED, "kind of request"};
  }
  open.screen = screen_of(answer);
  open.screen.set("id", id);
  if (open.screen.dump().size() > kMaxScreen) return Error{Reason::LIMIT_EXCEEDED, "more than a screen shows"};
  return open;
}

Result<json::Value> Phone::Impl::open_request(const std::string& link) {
  TRY_ASSIGN(const Link to, parse_link(link, config.gates));
  TRY(usable_card());  // before it is opened, which can be done once
  wallet_request.reset();
  const WalletRequest closed{to.gate, to.id, {}, {}, 0, {}, {}};
  TRY_ASSIGN(const json::Value answer, http::call_json(network, http::post_json(call_url(closed, "open"),
                                                                                json::Value::object({{"holder", "phone"}}))));
  TRY_ASSIGN(WalletRequest open, read_wallet_request(to.gate, to.id, answer));
  wallet_request = std::move(open);
  news->publish("request", json::Value::object({{"kind", "wallet"}}));
  return wallet_request->screen;
}

Result<json::Value> Phone::Impl::sign_request(const WalletRequest& open, const Sample& sample) {
  const json::Value* client = open.screen.find("client");
  const std::string id = client != nullptr ? client->string_or("id", "") : "";
  Activity line = activity(open.kind, client != nullptr ? client->string_or("name", id) : id, items_of(open.screen));
  line.service = id;
  line.stored = open.screen.string_or("stored", "");
  line.stored_ja = open.screen.string_or("stored_ja", "");
  if (open.kind == "login") return sign_with_card(Purpose::kLogin, login_digest(open.gate, open.nonce, open.expires), sample, line);
  crypto::Sha256Digest digest{};
  std::copy(open.sha256.begin(), open.sha256.end(), digest.begin());
  return sign_with_card(Purpose::kSign, digest, sample, line);
}

Result<json::Value> Phone::Impl::answer_request(const std::string& id, const Sample& sample) {
  if (!wallet_request || wallet_request->id != id) return Error{Reason::TRANSITION_REFUSED, "no such request on the screen"};
  if (instant_from_unix(wallet_request->expires) <= clock.now()) {
    wallet_request.reset();
    return Error{Reason::SESSION_EXPIRED, "the request"};
  }
  TRY_ASSIGN(const json::Value signature, sign_request(*wallet_request, sample));
  const WalletRequest open = std::move(*wallet_request);
  wallet_request.reset();
  TRY_ASSIGN(const json::Value report, http::call_json(network, http::post_json(call_url(open, "answer"), signature)));
  auto out = json::Value::object({{"report", report}});
  if (const json::Value* onward = report.find("continue")) {
    TRY_ASSIGN(const std::string url, onward->as_string());
    if (!url.starts_with(open.gate + "/")) return Error{Reason::SSRF_BLOCKED, "the gate sends the browser elsewhere"};
    out.set("continue", url);
  }
  return out;
}

Result<json::Value> Phone::Impl::decline_request(const std::string& id) {
  if (!wallet_request || wallet_request->id != id) return Error{Reason::TRANSITION_REFUSED, "no such request on the screen"};
  const WalletRequest open = std::move(*wallet_request);
  wallet_request.reset();
  const json::Value* client = open.screen.find("client");
  const std::string party = client != nullptr ? client->string_or("name", "") : "";
  TRY(wallet.write([&](Wallet::Edit& edit) { return edit.log(activity("declined", party)); }));
  auto out = json::Value::object({{"reason", reason_code(Reason::CONSENT_DECLINED)}});
  // The gate may be told or not: here it is declined.
  const auto told = http::call_json(network, http::post_json(call_url(open, "decline"), json::Value::object()));
  if (!told.has_value()) return out;
  const std::string url = told->string_or("continue", "");
  if (url.starts_with(open.gate + "/")) out.set("continue", url);
  return out;
}

Result<json::Value> Phone::Impl::show_activity() {
  TRY_ASSIGN(const auto lines, wallet.activities());
  auto entries = json::Value::array();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    auto elements = json::Value::array();
    for (const auto& [name_space, name] : line->elements) elements.push(json::Value::array({name_space, name}));
    auto entry = json::Value::object({{"id", line->id},
                                      {"at", to_unix(line->at)},
                                      {"kind", line->kind},
                                      {"party", line->party},
                                      {"service", line->service},
                                      {"elements", std::move(elements)},
                                      {"stored", line->stored},
                                      {"stored_ja", line->stored_ja},
                                      {"simulated", line->simulated},
                                      {"can_ask_deletion", known_service(line->service) != nullptr}});
    if (const KnownService* service = known_service(line->service)) entry.set("service_url", service->origin + "/");
    const auto answer = json::parse(line->answer);
    if (!line->answer.empty() && answer.has_value()) entry.set("answer", *answer);
    entries.push(std::move(entry));
  }
  return json::Value::object({{"entries", std::move(entries)}});
}

/// The gate learns who asks and tells the service only the service's own name for them: no certificate goes there.
Result<std::string> Phone::Impl::forget_token(const KnownService& service, const Activity& what, const Sample& sample) {
  if (config.gates.empty()) return Error{Reason::NOT_FOUND, "no gate is known"};
  const std::string& gate = config.gates.front();
  const Bytes nonce = random.bytes(16);
  const int64_t expires = to_unix(clock.now() + kForgetLife);
  const Bytes message =
      cbor::Writer{}.array(5).text("mitome-forget-1").text(gate).text(service.id).bytes(nonce).integer(expires).take();
  TRY_ASSIGN(json::Value wish, sign_with_card(Purpose::kLogin, crypto::sha256(message), sample, what));
  wish.set("client", service.id).set("nonce", base64url::encode(nonce)).set("expires", expires);
  TRY_ASSIGN(const json::Value made, http::call_json(network, http::post_json(gate + "/forget-tokens", wish)));
  return made.string_at("token");
}

Result<json::Value> Phone::Impl::ask_deletion(int64_t id, const Sample& sample) {
  TRY_ASSIGN(auto lines, wallet.activities());
  const auto line = std::find_if(lines.begin(), lines.end(), [id](const Activity& one) { return one.id == id; });
  if (line == lines.end()) return Error{Reason::NOT_FOUND, "no such line"};
  const KnownService* service = known_service(line->service);
  if (service == nullptr) return Error{Reason::NOT_FOUND, "this service offers no deletion"};
  TRY_ASSIGN(const std::string token, forget_token(*service, activity("deletion-asked", line->party), sample));
  TRY_ASSIGN(json::Value answer, http::call_json(network, http::post_json(service->origin + "/api/forget",
                                                                          json::Value::object({{"token", token}}))));
  TRY(answer.int_at("deleted"));
  answer.set("at", to_unix(clock.now()));
  line->answer = answer.dump();
  if (line->answer.size() > kMaxScreen) return Error{Reason::LIMIT_EXCEEDED, "the service's answer"};
  TRY(wallet.write([&line](Wallet::Edit& edit) { return edit.amend(*line); }));
  notify("deletion-answered", std::nullopt, line->party);
  return answer;
}

}  // namespace mitome::phone
