// The phones of the town behind one door: /api/PHONE/… is that phone's own route.
#include "apps/card/portrait.h"
#include "apps/town/phone_equipment.h"
#include "apps/town/places.h"
#include "apps/town/sample_films.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::town {
namespace {

/// How often a phone that is on asks the authority by itself.
constexpr Seconds kPoll{5};
/// What a phone is until somebody was handed it.
constexpr std::string_view kOutOfTheBox = "MT-10";

class Phones final : public Premises {
 public:
  explicit Phones(Ground& ground) : town_(ground.town), hand_(ground.hand), air_(ground.air) {}

  std::vector<http::Route> routes() override {
    std::vector<http::Route> all = {
        noted(sample_film_route([this](std::string_view who) { return face_of(who); })),
        {"GET", "/api/phones", "anyone", [this](const http::Request&) { return list(); }},
        {"GET", "/api/people", "the person, simulated", [this](const http::Request&) { return people(); }}};
    for (const char* method : {"GET", "POST"})
      all.push_back({method, "/api/**", "holder", [this](const http::Request& request) { return to_phone(request); }});
    return all;
  }

  void tick(Instant now) override {
    if (now < last_poll_ + kPoll) return;
    last_poll_ = now;
    for (const std::string& name : town_.phones()) {
      hand_over(name);
      if (phone::Phone* phone = town_.find_phone(name)) phone->tick();
    }
  }

 private:
  Result<json::Value> ask(const std::string& phone, const std::string& path, const json::Value& body) {
    TRY_ASSIGN(const http::Response answer, town_.deliver(phone, http::post_json("http://" + phone + ".localhost" + path, body)));
    if (!answer.ok()) return http::error_of(answer);
    return json::parse(as_text(answer.body));
  }

  /// Once, when its owner is known in the town: the model, the owner's face or finger on the simulated sensor, and the owner's account.
  void hand_over(const std::string& name) {
    const FirstPhone* known = first_phone(name);
    if (known == nullptr) return;
    const auto settings = ask(name, "/settings", json::Value::object());
    if (!settings || settings->string_or("model", "") != kOutOfTheBox) return;
    for (const CardLabel& label : town_.cards()) {
      if (label.name != known->owner) continue;
      auto wanted = json::Value::object({{"model", known->model}});
      const json::Value* simulated = settings->find("simulated_sensor");
      if (simulated != nullptr && simulated->as_bool().value_or(false))
        wanted.set("biometrics", known->sensor).set("enrol_sample", base64url::encode(as_bytes(label.sample())));
      if (ask(name, "/account/restore", json::Value::object())) (void)ask(name, "/settings", wanted);  // else again at the next tick
      return;
    }
  }

  /// The drawn face of the person with this card, of this name, or to whom this phone belongs.
  std::optional<std::string> face_of(std::string_view who) {
    const std::vector<CardLabel> labels = town_.cards();
    const FirstPhone* phone = first_phone(who);
    for (const CardLabel& label : labels) {
      const bool owner = phone != nullptr && phone->owner == label.name;
      if (label.card != who && label.name != who && !owner) continue;
      const auto birth_date = date_from_text(label.birth_date);
      if (birth_date) return apps::face_name(label.name, *birth_date);
    }
    return std::nullopt;
  }

  http::Response list() {
    json::Value phones = json::Value::array();
    for (const std::string& name : town_.phones()) phones.push(json::Value::object({{"id", name}}));
    return http::Response::json(json::Value::object({{"phones", phones}}));
  }

  /// Who can stand before a camera or touch a sensor here.
  http::Response people() {
    json::Value people = json::Value::array();
    for (const CardLabel& label : town_.cards())
      people.push(json::Value::object({{"name", label.name},
                                       {"card", label.card},
                                       {"sample", base64url::encode(as_bytes(label.sample()))},
                                       {"portrait_sha256", base64url::encode(crypto::sha256(label.portrait))}}));
    return http::Response::json(json::Value::object({{"people", people}}));
  }

  /// /api/phone-1/wallet/login is /wallet/login of phone-1; what crosses the air is carried on.
  http::Response to_phone(const http::Request& request) {
    const std::string_view rest = std::string_view{request.target}.substr(std::string_view{"/api/"}.size());
    const std::string name{rest.substr(0, rest.find('/'))};
    if (name.size() >= rest.size()) return http::Response::error({Reason::NOT_FOUND, "no such address"});
    http::Request asked = request;
    asked.authority = name + ".localhost";
    asked.target = std::string{rest.substr(name.size())};
    if (asked.path() == "/hand") return hand(name, request);
    if (touches_simulated_sensor(asked))
      if (const auto done = note_simulated("sensor", name); !done) return http::Response::error(done.error());
    auto answer = town_.deliver(name, asked);
    if (!answer) return http::Response::error({Reason::NOT_FOUND, "no phone of that name"});
    if (answer->ok()) to_air(name, asked, *answer);
    return std::move(*answer);
  }

  static bool touches_simulated_sensor(const http::Request& asked) {
    if (asked.method != "POST") return false;
    const auto body = json::parse(as_text(asked.body));
    return body && body->is_object() && !body->string_or("sample", "").empty();
  }

  /// What a simulated sensor or camera shows is in the authority's log before it is used (decisions.md 11).
  Result<void> note_simulated(std::string_view what, const std::string& by) {
    http::Request note = http::post_json(town_.addresses().origin("authority") + "/events/simulated",
                                         json::Value::object({{"what", what}, {"by", by}}));
    note.headers.emplace_back("Authorization", "Bearer " + town_.token(Role::kTown));
    TRY(http::call_json(town_.network(), note));
    return {};
  }

  http::Route noted(http::Route film) {
    film.handle = [this, give = std::move(film.handle)](const http::Request& request) {
      const auto done = note_simulated("film", "sample film");
      return done ? give(request) : http::Response::error(done.error());
    };
    return film;
  }

  http::Response hand(const std::string& name, const http::Request& request) {
    for (const http::Route& route : hand_routes(hand_, "back-of-" + name))
      if (route.method == request.method) return route.handle(request);
    return http::Response::error({Reason::METHOD_NOT_ALLOWED, request.method});
  }

  void to_air(const std::string& name, const http::Request& asked, const http::Response& answer) {
    if (asked.path() != "/wallet/engage" && asked.path() != "/wallet/consent") return;
    const auto body = json::parse(as_text(answer.body));
    if (!body) return;
    if (asked.path() == "/wallet/engage") {
      if (const auto engagement = body->string_at("engagement")) air_.show(name, *engagement);
    } else if (const auto message = body->base64url_at("message")) {
      air_.answer(name, *message);
    }
  }

  Town& town_;
  Hand& hand_;
  Air& air_;
  Instant last_poll_{};
};

}  // namespace

Result<std::unique_ptr<Premises>> open_phones(Ground& ground) {
  for (const FirstPhone& first : kFirstPhones)
    if (ground.town.find_phone(std::string{first.name}) == nullptr) {
      TRY(ground.town.unpack_phone(std::string{first.name}));
    }
  for (const std::string& name : ground.town.phones())
    ground.town.put_reader_behind(name, ground.hand.reader("back-of-" + name));
  return std::unique_ptr<Premises>{std::make_unique<Phones>(ground)};
}

}  // namespace mitome::town
