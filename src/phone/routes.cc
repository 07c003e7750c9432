// What a holder's fingers can do: the one list (docs/endpoints.md, “A phone”).
#include "codec/base64url/base64url.h"
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

using Action = std::function<Result<json::Value>(Phone::Impl&, const json::Value&)>;

/// When a route may be used.
enum class While : uint8_t { kAlways, kUnlocked };

bool simulated_in(const json::Value& body) {
  const json::Value* sample = body.find("sample");
  return sample != nullptr && !sample->is_null();
}

http::Route route(Phone& phone, std::string method, std::string path, While when, Action action) {
  return {std::move(method), std::move(path), "holder",
          [&phone, when, action = std::move(action)](const http::Request& request) {
            auto body = request.method == "GET" ? Result<json::Value>{json::Value{}} : http::json_body(request);
            if (!body) return http::Response::error(body.error());
            const std::lock_guard lock{phone.impl().mutex};
            if (when == While::kUnlocked) {
              const auto unlocked = phone.impl().need_unlocked();
              if (!unlocked) return http::Response::error(unlocked.error());
            }
            phone.impl().simulated = simulated_in(*body);
            const auto answer = action(phone.impl(), *body);
            return answer ? http::Response::json(*answer) : http::Response::error(answer.error());
          }};
}

http::Route get(Phone& phone, std::string path, Action action) {
  return route(phone, "GET", std::move(path), While::kAlways, std::move(action));
}
http::Route post(Phone& phone, std::string path, Action action) {
  return route(phone, "POST", std::move(path), While::kAlways, std::move(action));
}
/// What is done in an app, and not over the lock screen.
http::Route in_app(Phone& phone, std::string path, Action action) {
  return route(phone, "POST", std::move(path), While::kUnlocked, std::move(action));
}

Result<webauthn::Assertion> assertion_in(const json::Value& given) {
  webauthn::Assertion out;
  TRY_ASSIGN(out.credential, given.base64url_at("credential"));
  TRY_ASSIGN(out.client_data, given.base64url_at("client_data"));
  TRY_ASSIGN(out.authenticator_data, given.base64url_at("authenticator_data"));
  TRY_ASSIGN(out.signature, given.base64url_at("signature"));
  return out;
}

/// Face or finger in the body of a request for `path`; nobody when there is none.
Result<Sample> sample_in(std::string_view path, const json::Value& body) {
  Sample out;
  out.path = path;
  const json::Value* assertion = body.find("assertion");
  if (assertion != nullptr && !assertion->is_null()) {
    TRY_ASSIGN(out.assertion, assertion_in(*assertion));
    TRY_ASSIGN(out.body, touch_body(body));
    return out;
  }
  if (simulated_in(body)) {
    TRY_ASSIGN(out.seen, body.base64url_at("sample"));
  }
  out.pin = body.string_or("pin", "");
  return out;
}

constexpr unsigned kMaxFilmNumber = 4096;

Result<unsigned> film_number(const json::Value& film, std::string_view name) {
  TRY_ASSIGN(const int64_t number, film.int_at(name));
  if (number < 1 || number > kMaxFilmNumber) return Error{Reason::LIMIT_EXCEEDED, std::string{name}};
  return static_cast<unsigned>(number);
}

Result<Film> film_in(const json::Value& given) {
  Film film;
  TRY_ASSIGN(film.width, film_number(given, "width"));
  TRY_ASSIGN(film.height, film_number(given, "height"));
  TRY_ASSIGN(film.frames_per_second, film_number(given, "frames_per_second"));
  const json::Value* frames = given.find("frames");
  if (frames == nullptr || !frames->is_array()) return Error{Reason::MALFORMED, "frames"};
  for (const json::Value& frame : frames->items()) {
    if (frame.text() == nullptr) return Error{Reason::MALFORMED, "frames"};
    TRY_ASSIGN(Bytes pixels, base64url::decode(*frame.text()));
    film.frames.push_back(std::move(pixels));
  }
  return film;
}

Result<json::Value> face_in(Phone::Impl& it, const json::Value& body) {
  if (const json::Value* film = body.find("film")) {
    TRY_ASSIGN(const Film seen, film_in(*film));
    return it.record_film(seen);
  }
  if (body.find("simulated") != nullptr) return it.record_sample_film();
  TRY_ASSIGN(const Bytes portrait, body.base64url_at("portrait_sha256"));
  return it.record_face(portrait);
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

/// An action that begins with the holder's face or finger.
template <typename Do>
Action with_touch(std::string path, Do action) {
  return [path = std::move(path), action](Phone::Impl& it, const json::Value& body) -> Result<json::Value> {
    TRY_ASSIGN(const Sample sample, sample_in(path, body));
    return action(it, body, sample);
  };
}

/// An action with one text of the body.
template <typename Do>
Action with_text(std::string name, Do action) {
  return [name = std::move(name), action](Phone::Impl& it, const json::Value& body) -> Result<json::Value> {
    TRY_ASSIGN(const std::string text, body.string_at(name));
    return action(it, text);
  };
}

Result<json::Value> unlock_in(Phone::Impl& it, const json::Value& body, const Sample& sample) {
  std::optional<std::string> passcode;
  if (body.find("passcode") != nullptr) {
    TRY_ASSIGN(passcode, body.string_at("passcode"));
  }
  return it.unlock(passcode, sample);
}

std::vector<http::Route> device_routes(Phone& phone) {
  return {
      get(phone, "/state", [](auto& it, const auto&) { return it.show_state(); }),
      {"GET", "/events", "holder",
       [&phone](const http::Request&) { return http::Response{200, {}, {}, phone.impl().news}; }},
      get(phone, "/notices", [](auto& it, const auto&) { return Result<json::Value>{it.show_notices()}; }),
      post(phone, "/button",
           [](auto& it, const auto& body) -> Result<json::Value> {
             TRY_ASSIGN(const std::string button, body.string_at("button"));
             TRY_ASSIGN(const int64_t presses, body.int_at("presses"));
             return it.press(button, presses);
           }),
      post(phone, "/unlock", with_touch("/unlock", unlock_in)),
      get(phone, "/settings", [](auto& it, const auto&) { return it.show_settings(); }),
      post(phone, "/settings",
           [](auto& it, const auto& body) -> Result<json::Value> {
             if (!body.members().empty()) TRY(it.need_unlocked());  // to look at them needs no unlocking
             return it.change_settings(body);
           }),
      in_app(phone, "/settings/update", with_text("what", [](auto& it, const auto& what) { return it.update(what); })),
      in_app(phone, "/phone/erase", [](auto& it, const auto&) { return it.erase_phone(); }),
      in_app(phone, "/account/restore", [](auto& it, const auto&) { return it.restore_account(); }),
      in_app(phone, "/touch/register", [](auto& it, const auto&) { return it.start_registration(); }),
      in_app(phone, "/touch/registered",
             [](auto& it, const auto& body) -> Result<json::Value> {
               webauthn::Registration made;
               TRY_ASSIGN(made.client_data, body.base64url_at("client_data"));
               TRY_ASSIGN(made.attestation_object, body.base64url_at("attestation_object"));
               return it.finish_registration(made);
             }),
      post(phone, "/touch/start",
           [](auto& it, const auto& body) -> Result<json::Value> {
             TRY_ASSIGN(const std::string path, body.string_at("path"));
             const json::Value* wanted = body.find("body");
             return it.start_touch(path, wanted != nullptr ? *wanted : json::Value::object());
           }),
  };
}

std::vector<http::Route> app_routes(Phone& phone) {
  return {
      get(phone, "/enrolment", [](auto& it, const auto&) { return it.show_enrolment(); }),
      in_app(phone, "/app/start", [](auto& it, const auto&) { return it.start_enrolment(); }),
      in_app(phone, "/app/motion", [](auto& it, const auto&) { return it.change_motion(); }),
      in_app(phone, "/app/face", face_in),
      in_app(phone, "/app/text-pin", with_text("pin", [](auto& it, const auto& pin) { return nothing(it.enter_text_pin(pin)); })),
      in_app(phone, "/app/sign-password",
             with_text("pin", [](auto& it, const auto& pin) { return nothing(it.enter_sign_password(pin)); })),
      in_app(phone, "/app/read-card", [](auto& it, const auto&) { return it.read_card(); }),
      in_app(phone, "/app/auth-pin", with_text("pin", [](auto& it, const auto& pin) { return nothing(it.choose_auth_pin(pin)); })),
      in_app(phone, "/app/own-password",
             with_text("pin", [](auto& it, const auto& pin) { return nothing(it.choose_own_password(pin)); })),
      in_app(phone, "/app/pins",
             [](auto& it, const auto& body) -> Result<json::Value> {
               TRY_ASSIGN(const std::string auth_pin, body.string_at("auth_pin"));
               TRY_ASSIGN(const std::string sign_password, body.string_at("sign_password"));
               return nothing(it.choose_pins(auth_pin, sign_password));
             }),
      in_app(phone, "/app/add", with_touch("/app/add", [](auto& it, const auto&, const auto& touch) { return it.add(touch); })),
      in_app(phone, "/app/back", [](auto& it, const auto&) { return it.step_back(); }),
      in_app(phone, "/app/cancel", [](auto& it, const auto&) { return it.cancel_enrolment(); }),
      in_app(phone, "/app/pin-reset",
             [](auto& it, const auto& body) -> Result<json::Value> {
               TRY_ASSIGN(const std::string forgotten, body.string_at("pin"));
               TRY_ASSIGN(const std::string other, body.string_at("other_pin"));
               return it.reserve_pin_reset(forgotten, other);
             }),
      post(phone, "/app/sync", [](auto& it, const auto&) { return it.sync(); }),
      in_app(phone, "/app/resume",
             with_touch("/app/resume", [](auto& it, const auto&, const auto& touch) { return it.resume(touch); })),
      in_app(phone, "/app/delete",
             with_touch("/app/delete", [](auto& it, const auto&, const auto& touch) { return it.delete_card(touch); })),
  };
}

Result<json::Value> login_in(Phone::Impl& it, const json::Value& body, const Sample& touch) {
  TRY_ASSIGN(const std::string origin, body.string_at("origin"));
  TRY_ASSIGN(const Bytes nonce, body.base64url_at("nonce"));
  TRY_ASSIGN(const int64_t expires, body.int_at("expires"));
  return it.login(origin, nonce, expires, touch);
}

Result<json::Value> sign_in(Phone::Impl& it, const json::Value& body, const Sample& touch) {
  TRY_ASSIGN(const Bytes sha256, body.base64url_at("sha256"));
  return it.sign(sha256, touch);
}

Result<json::Value> consent_in(Phone::Impl& it, const json::Value& body, const Sample& touch) {
  if (body.find("decline") != nullptr) {
    TRY_ASSIGN(const bool declined, body.bool_at("decline"));
    if (declined) return it.decline();
  }
  TRY_ASSIGN(const auto elements, elements_in(body));
  return it.consent(elements, touch);
}

std::vector<http::Route> wallet_routes(Phone& phone) {
  return {
      get(phone, "/wallet", [](auto& it, const auto&) { return it.show_wallet(); }),
      post(phone, "/wallet/choose", with_text("item", [](auto& it, const auto& item) { return it.choose(item); })),
      post(phone, "/wallet/ready",
           with_touch("/wallet/ready", [](auto& it, const auto&, const auto& touch) { return it.ready(touch); })),
      post(phone, "/wallet/close", [](auto& it, const auto&) { return it.close_wallet(); }),
      in_app(phone, "/wallet/contents",
             with_touch("/wallet/contents", [](auto& it, const auto&, const auto& touch) { return it.show_contents(touch); })),
      in_app(phone, "/wallet/remove", [](auto& it, const auto&) { return nothing(it.remove_item()); }),
      post(phone, "/wallet/login", with_touch("/wallet/login", login_in)),
      post(phone, "/wallet/sign", with_touch("/wallet/sign", sign_in)),
      post(phone, "/wallet/engage", [](auto& it, const auto&) { return it.engage(); }),
      post(phone, "/wallet/session",
           [](auto& it, const auto& body) -> Result<json::Value> {
             TRY_ASSIGN(const Bytes message, body.base64url_at("message"));
             return it.read_request(message);
           }),
      post(phone, "/wallet/consent", with_touch("/wallet/consent", consent_in)),
  };
}

std::vector<http::Route> request_routes(Phone& phone) {
  return {
      in_app(phone, "/request/open", with_text("url", [](auto& it, const auto& url) { return it.open_request(url); })),
      in_app(phone, "/request/answer",
             with_touch("/request/answer",
                        [](auto& it, const auto& body, const auto& touch) -> Result<json::Value> {
                          TRY_ASSIGN(const std::string id, body.string_at("id"));
                          return it.answer_request(id, touch);
                        })),
      in_app(phone, "/request/decline", with_text("id", [](auto& it, const auto& id) { return it.decline_request(id); })),
      get(phone, "/activity", [](auto& it, const auto&) { return it.show_activity(); }),
      in_app(phone, "/activity/ask-deletion",
             with_touch("/activity/ask-deletion",
                        [](auto& it, const auto& body, const auto& touch) -> Result<json::Value> {
                          TRY_ASSIGN(const int64_t id, body.int_at("id"));
                          return it.ask_deletion(id, touch);
                        })),
  };
}

}  // namespace

std::vector<http::Route> routes(Phone& phone) {
  std::vector<http::Route> all = device_routes(phone);
  for (const auto& group : {app_routes, wallet_routes, request_routes})
    for (http::Route& one : group(phone)) all.push_back(std::move(one));
  return all;
}

}  // namespace mitome::phone
