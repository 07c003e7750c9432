// The town's own page: who lives here and where one can go, and the person's computer with its card reader.
#include "apps/town/pc_reader.h"
#include "apps/town/places.h"
#include "codec/base64url/base64url.h"

namespace mitome::town {
namespace {

class FrontPage final : public Premises {
 public:
  explicit FrontPage(Ground& ground)
      : town_(ground.town),
        hand_(ground.hand),
        reader_(town_.addresses().origin("gate"), hand_.reader("pc"), town_.network(), town_.clock()) {}

  std::vector<http::Route> routes() override {
    std::vector<http::Route> all = {
        {"GET", "/api/people", "anyone", [this](const http::Request&) { return people(); }},
        {"GET", "/api/phones", "anyone", [this](const http::Request&) { return phones(); }}};
    for (auto& route : hand_routes(hand_, "pc")) all.push_back(std::move(route));
    for (auto& route : town::routes(reader_)) all.push_back(std::move(route));
    return all;
  }

 private:
  http::Response people() {
    json::Value list = json::Value::array();
    for (const CardLabel& label : town_.cards())
      list.push(json::Value::object({{"name", label.name},
                                     {"card", label.card},
                                     {"birth_date", label.birth_date},
                                     {"portrait", "data:image/png;base64," + base64url::encode_standard(label.portrait)}}));
    return http::Response::json(json::Value::object({{"people", std::move(list)}}));
  }

  http::Response phones() {
    json::Value list = json::Value::array();
    const json::Value things = hand_.look("pc");
    for (const json::Value& thing : things.find("items")->items())
      if (thing.string_or("kind", "") == "phone")
        list.push(json::Value::object({{"id", thing.string_or("id", "")},
                                       {"name", thing.string_or("label", "")},
                                       {"name_ja", thing.string_or("label_ja", "")}}));
    return http::Response::json(json::Value::object({{"phones", std::move(list)}}));
  }

  Town& town_;
  Hand& hand_;
  PcReader reader_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_front_page(Ground& ground) {
  return std::unique_ptr<Premises>{std::make_unique<FrontPage>(ground)};
}

}  // namespace mitome::town
