// The phones of the town behind one door: /api/PHONE/… is that phone's own route.
#include "apps/card/portrait.h"
#include "apps/town/places.h"
#include "apps/town/sample_films.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::town {
namespace {

/// Phones that are there from the start: one with a face sensor, one with a finger sensor.
constexpr std::string_view kFirstPhones[] = {"phone-1", "phone-2"};

class Phones final : public Premises {
 public:
  explicit Phones(Ground& ground) : town_(ground.town), hand_(ground.hand), air_(ground.air) {}

  std::vector<http::Route> routes() override {
    std::vector<http::Route> all = {
        sample_film_route([this](std::string_view who) { return face_of(who); }),
        {"GET", "/api/phones", "anyone", [this](const http::Request&) { return list(); }},
        {"GET", "/api/people", "the person, simulated", [this](const http::Request&) { return people(); }}};
    for (const char* method : {"GET", "POST"})
      all.push_back({method, "/api/**", "holder", [this](const http::Request& request) { return to_phone(request); }});
    return all;
  }

 private:
  /// The drawn face of the person with this card, of this name, or to whom this phone belongs: the first phone to the
  /// first person.
  std::optional<std::string> face_of(std::string_view who) {
    const std::vector<CardLabel> labels = town_.cards();
    const std::vector<std::string> names = town_.phones();
    for (size_t i = 0; i < labels.size(); ++i) {
      const bool owner = i < names.size() && names[i] == who;
      if (labels[i].card != who && labels[i].name != who && !owner) continue;
      const auto birth_date = date_from_text(labels[i].birth_date);
      if (birth_date) return apps::face_name(labels[i].name, *birth_date);
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
    auto answer = town_.deliver(name, asked);
    if (!answer) return http::Response::error({Reason::NOT_FOUND, "no phone of that name"});
    if (answer->ok()) to_air(name, asked, *answer);
    return std::move(*answer);
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
};

}  // namespace

Result<std::unique_ptr<Premises>> open_phones(Ground& ground) {
  if (ground.town.phones().empty())
    for (const std::string_view name : kFirstPhones) {
      TRY(ground.town.unpack_phone(std::string{name}));
    }
  for (const std::string& name : ground.town.phones())
    ground.town.put_reader_behind(name, ground.hand.reader("back-of-" + name));
  return std::unique_ptr<Premises>{std::make_unique<Phones>(ground)};
}

}  // namespace mitome::town
