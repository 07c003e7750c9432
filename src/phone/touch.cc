// Face or finger by Web Authentication: what an assertion is for is in its challenge (decisions 11), so that a page cannot show
// one thing and have another agreed to.
#include <algorithm>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

constexpr Seconds kTouchLife{60}, kRegistrationLife{120};
constexpr size_t kMaxTouchDepth = 8, kMaxTouchBody = 64 * 1024, kMaxPath = 64;

/// Members that are the touch, not what it is for.
bool is_touch(std::string_view name) { return name == "assertion" || name == "sample" || name == "pin"; }

Result<void> encode(cbor::Writer& out, const json::Value& value, size_t depth);

Result<void> encode_object(cbor::Writer& out, const json::Value& value, size_t depth) {
  std::vector<std::pair<Bytes, const json::Value*>> members;
  for (const auto& [name, member] : value.members())
    if (depth > 0 || !is_touch(name)) members.emplace_back(cbor::Writer{}.text(name).take(), &member);
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out.map(members.size());
  for (const auto& [name, member] : members) {
    out.raw(name);
    TRY(encode(out, *member, depth + 1));
  }
  return {};
}

Result<void> encode(cbor::Writer& out, const json::Value& value, size_t depth) {
  if (depth > kMaxTouchDepth || out.size() > kMaxTouchBody) return Error{Reason::LIMIT_EXCEEDED, "a touch for so much"};
  if (value.is_object()) return encode_object(out, value, depth);
  if (value.is_array()) {
    out.array(value.items().size());
    for (const json::Value& item : value.items()) TRY(encode(out, item, depth + 1));
    return {};
  }
  if (value.text() != nullptr) {
    out.text(*value.text());
  } else if (value.is_bool()) {
    out.boolean(value.as_bool().value());
  } else if (value.is_int()) {
    out.integer(value.as_int().value());
  } else if (value.is_double()) {
    out.floating(value.as_double().value());
  } else {
    out.null();
  }
  return {};
}

}  // namespace

Result<Bytes> touch_body(const json::Value& body) {
  if (!body.is_object()) return Error{Reason::MALFORMED, "body"};
  cbor::Writer out;
  TRY(encode(out, body, 0));
  return out.take();
}

Bytes Phone::Impl::on_the_screen(std::string_view path) const {
  if (path == "/wallet/consent" && presentation) return presentation->request;
  if (path == "/request/answer" && wallet_request) return to_bytes(ByteView{crypto::sha256(as_bytes(wallet_request->screen.dump()))});
  return {};
}

Bytes Phone::Impl::touch_challenge(std::string_view path, ByteView body, ByteView nonce) const {
  cbor::Writer out;
  out.array(6).text("mitome-touch-1").text(config.name).text(path).bytes(body).bytes(on_the_screen(path)).bytes(nonce);
  return to_bytes(ByteView{crypto::sha256(out.view())});
}

Result<json::Value> Phone::Impl::start_touch(const std::string& path, const json::Value& body) {
  if (path.empty() || path.size() > kMaxPath) return Error{Reason::LIMIT_EXCEEDED, "path"};
  if (!verifier.enrolled() || !settings.biometrics_on) return Error{Reason::BIOMETRICS_NOT_SET_UP, ""};
  if (verifier.locked()) return Error{Reason::USER_AUTH_LOCKED, ""};
  TRY_ASSIGN(const Bytes encoded, touch_body(body));
  OpenChallenge open;
  open.nonce = random.bytes(16);
  open.challenge = touch_challenge(path, encoded, open.nonce);
  open.expires = clock.now() + kTouchLife;
  touch = std::move(open);
  auto credentials = json::Value::array();
  for (const webauthn::Credential& one : verifier.credentials()) credentials.push(base64url::encode(one.id));
  return json::Value::object({{"challenge", base64url::encode(touch->challenge)},
                              {"rp_id", config.rp_id},
                              {"credentials", std::move(credentials)},
                              {"expires", to_unix(touch->expires)}});
}

Result<Bytes> Phone::Impl::take_touch(const Sample& sample) {
  TRY_ASSIGN(const Bytes answered, webauthn::challenge_in(sample.assertion->client_data));
  if (!last_touch.empty() && answered == last_touch) return Error{Reason::REPLAY, "this touch was used"};
  if (!touch || touch->challenge != answered) return Error{Reason::NONCE_MISMATCH, "another touch"};
  const OpenChallenge open = std::move(*touch);
  touch.reset();
  last_touch = open.challenge;  // single use, whatever comes of it
  if (clock.now() >= open.expires) return Error{Reason::SESSION_EXPIRED, "the touch"};
  if (touch_challenge(sample.path, sample.body, open.nonce) != open.challenge)
    return Error{Reason::CONSENT_SET_MISMATCH, "the touch was for something else"};
  return open.challenge;
}

Result<json::Value> Phone::Impl::start_registration() {
  OpenChallenge open;
  open.challenge = random.bytes(32);
  open.expires = clock.now() + kRegistrationLife;
  registering = std::move(open);
  auto exclude = json::Value::array();
  for (const webauthn::Credential& one : verifier.credentials()) exclude.push(base64url::encode(one.id));
  // A user handle of its own for each face or finger: an authenticator keeps one credential for one handle.
  const auto user = json::Value::object({{"id", base64url::encode(random.bytes(16))},
                                         {"name", config.name},
                                         {"display_name", config.owner.empty() ? config.name : config.owner}});
  return json::Value::object({{"challenge", base64url::encode(registering->challenge)},
                              {"rp_id", config.rp_id},
                              {"user", user},
                              {"algorithms", json::Value::array({webauthn::kAlgorithm})},
                              {"exclude", std::move(exclude)},
                              {"expires", to_unix(registering->expires)}});
}

Result<json::Value> Phone::Impl::finish_registration(const webauthn::Registration& registration) {
  const auto open = std::exchange(registering, std::nullopt);
  if (!open) return Error{Reason::REPLAY, "no registration is open"};
  if (clock.now() >= open->expires) return Error{Reason::SESSION_EXPIRED, "the registration"};
  TRY_ASSIGN(webauthn::Credential credential,
             webauthn::verify_registration(registration, relying_party(), open->challenge));
  const Biometrics kind = verifier.kind() == Biometrics::kNone ? sensor() : verifier.kind();
  TRY(verifier.enrol(kind, std::move(credential)));
  TRY(sensor_changed());
  return show_settings();
}

}  // namespace mitome::phone
