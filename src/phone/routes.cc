// What a holder's fingers can do: the one list (docs/endpoints.md, “A phone”).
#include "codec/base64url/base64url.h"
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

using Action = std::function<Result<json::Value>(Phone::Impl&, const json::Value&)>;

http::Route route(Phone& phone, std::string method, std::string path, Action action) {
  return {std::move(method), std::move(path), "holder",
          [&phone, action = std::move(action)](const http::Request& request) {
            auto body = request.method == "GET" ? Result<json::Value>{json::Value{}} : http::json_body(request);
            if (!body) return http::Response::error(body.error());
            const std::lock_guard lock{phone.impl().mutex};
            const auto answer = action(phone.impl(), *body);
            return answer ? http::Response::json(*answer) : http::Response::error(answer.error());
          }};
}

/// What the sensor sees; null or absent is nobody.
Result<Sample> sample_in(const json::Value& body) {
  const json::Value* sample = body.find("sample");
  if (sample == nullptr || sample->is_null()) return Sample{};
  TRY_ASSIGN(Bytes bytes, body.base64url_at("sample"));
  return Sample{std::move(bytes)};
}

Result<std::vector<ElementName>> elements_in(const json::Value& body) {
  const json::Value* elements = body.find("elements");
  if (elements == nullptr || !elements->is_array()) return Error{Reason::MALFORMED, "elements"};
  std::vector<ElementName> out;
  for (const json::Value& element : elements->items()) {
    if (element.items().size() != 2) return Error{Reason::MALFORMED, "elements: [namespace, element]"};
    TRY_ASSIGN(std::string name_space, element.items()[0].as_string());
    TRY_ASSIGN(std::string identifier, element.items()[1].as_string());
    out.emplace_back(std::move(name_space), std::move(identifier));
  }
  return out;
}

Result<json::Value> nothing(Result<void> done) {
  TRY(std::move(done));
  return json::Value::object();
}

std::vector<http::Route> app_routes(Phone& phone) {
  return {
      route(phone, "POST", "/settings", [](auto& it, const auto& body) { return it.change_settings(body); }),
      route(phone, "POST", "/app/start", [](auto& it, const auto&) { return it.start_enrolment(); }),
      route(phone, "POST", "/app/motion", [](auto& it, const auto&) { return it.change_motion(); }),
      route(phone, "POST", "/app/face", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Bytes portrait, body.base64url_at("portrait_sha256"));
        return it.record_face(portrait);
      }),
      route(phone, "POST", "/app/text-pin", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const std::string pin, body.string_at("pin"));
        return nothing(it.enter_text_pin(pin));
      }),
      route(phone, "POST", "/app/sign-password", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const std::string pin, body.string_at("pin"));
        return nothing(it.enter_sign_password(pin));
      }),
      route(phone, "POST", "/app/read-card", [](auto& it, const auto&) { return it.read_card(); }),
      route(phone, "POST", "/app/pins", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const std::string auth_pin, body.string_at("auth_pin"));
        TRY_ASSIGN(const std::string sign_password, body.string_at("sign_password"));
        return nothing(it.choose_pins(auth_pin, sign_password));
      }),
      route(phone, "POST", "/app/add", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.add(sample);
      }),
      route(phone, "POST", "/app/sync", [](auto& it, const auto&) { return it.sync(); }),
      route(phone, "POST", "/app/resume", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.resume(sample);
      }),
      route(phone, "POST", "/app/delete", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.delete_card(sample);
      }),
  };
}

std::vector<http::Route> wallet_routes(Phone& phone) {
  return {
      route(phone, "GET", "/wallet", [](auto& it, const auto&) { return it.show_wallet(); }),
      route(phone, "POST", "/wallet/remove", [](auto& it, const auto&) { return nothing(it.remove_item()); }),
      route(phone, "POST", "/wallet/login", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const std::string origin, body.string_at("origin"));
        TRY_ASSIGN(const Bytes nonce, body.base64url_at("nonce"));
        TRY_ASSIGN(const int64_t expires, body.int_at("expires"));
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.login(origin, nonce, expires, sample);
      }),
      route(phone, "POST", "/wallet/sign", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Bytes sha256, body.base64url_at("sha256"));
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.sign(sha256, sample);
      }),
      route(phone, "POST", "/wallet/engage", [](auto& it, const auto&) { return it.engage(); }),
      route(phone, "POST", "/wallet/session", [](auto& it, const auto& body) -> Result<json::Value> {
        TRY_ASSIGN(const Bytes message, body.base64url_at("message"));
        return it.read_request(message);
      }),
      route(phone, "POST", "/wallet/consent", [](auto& it, const auto& body) -> Result<json::Value> {
        if (body.find("decline") != nullptr) {
          TRY_ASSIGN(const bool declined, body.bool_at("decline"));
          if (declined) return it.decline();
        }
        TRY_ASSIGN(const auto elements, elements_in(body));
        TRY_ASSIGN(const Sample sample, sample_in(body));
        return it.consent(elements, sample);
      }),
  };
}

}  // namespace

std::vector<http::Route> routes(Phone& phone) {
  std::vector<http::Route> all = app_routes(phone);
  for (http::Route& wallet_route : wallet_routes(phone)) all.push_back(std::move(wallet_route));
  return all;
}

}  // namespace mitome::phone
