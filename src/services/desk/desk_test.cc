// The desk over a real authority: what each role may do, each refusal, and that nothing secret stays behind.
#include "services/desk/desk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "render/png.h"
#include "testing/issuer_world.h"

namespace mitome::services::desk {
namespace {

using testing::IssuedCard;
using testing::IssuerWorld;
using testing::json_of;
using testing::reason_of;

/// Blank cards and a reader, as far as the desk can tell.
struct Table final : CardTable {
  explicit Table(crypto::KeySource& source) : keys(source) {}
  crypto::KeySource& keys;
  std::optional<Bytes> on_reader;
  std::vector<json::Value> written, rewritten;
  std::vector<std::string> resets;
  std::optional<Reason> fails;

  Result<BlankCard> take_blank(bool signing) override {
    BlankCard blank{"blank-1", keys.generate(crypto::KeyType::kRsa).public_key().spki(), {}};
    if (signing) blank.sign_spki = keys.generate(crypto::KeyType::kRsa).public_key().spki();
    return blank;
  }
  Result<void> personalise(const BlankCard&, const json::Value& grant, CardPins pins) override {
    if (fails) return Error{*fails, ""};
    EXPECT_EQ(pins.sign.has_value(), grant.find("sign_cert") != nullptr);
    written.push_back(grant);
    on_reader = grant.base64url_at("auth_cert").value();
    return {};
  }
  Result<Bytes> auth_certificate() override {
    if (!on_reader) return Error{Reason::CARD_SILENT, ""};
    return *on_reader;
  }
  Result<Bytes> new_signing_key() override { return keys.generate(crypto::KeyType::kRsa).public_key().spki(); }
  Result<void> rewrite(const json::Value& update, const std::optional<crypto::Pin>&) override {
    rewritten.push_back(update);
    return {};
  }
  Result<void> reset_pin(std::string_view which, const crypto::Pin&) override {
    resets.emplace_back(which);
    return {};
  }
};

/// The way to the authority and to a kiosk that knows one paper.
struct Wires final : http::HttpClient {
  explicit Wires(const http::Router& authority) : router(authority) {}
  const http::Router& router;
  std::vector<std::string> seen;
  json::Value reviews = json::Value::array();  ///< the operator's queue

  Result<http::Response> send(const http::Request& request) override {
    seen.push_back(request.method + " " + request.target);
    if (request.target == "/reviews") return http::Response::json(json::Value::object({{"reviews", reviews}}));
    if (request.target == "/reviews/decide") return http::Response::json(json::Value::object({{"state", "approved"}}));
    if (request.authority == "authority.localhost") return router.handle(request);
    if (request.authority != "kiosk.localhost") return Error{Reason::UNREACHABLE, request.authority};
    if (request.target == "/api/verify?code=AB-12") return http::Response::json(json::Value::object({{"kind", "residence"}}));
    return http::Response::error({Reason::NOT_FOUND, ""});
  }
};

DeskConfig config() {
  DeskConfig out;
  for (const char* role : {"city", "hotline", "findmy", "operator"}) out.tokens[role] = "t-" + std::string{role};
  out.draw_portrait = [](std::string_view seed) {
    return render::encode_png(render::GreyImage{8, 8, Bytes(64, static_cast<uint8_t>(seed.size()))});
  };
  return out;
}

struct Office : IssuerWorld {
  Table table{keys};
  Wires wires{router};
  Desk desk{config(), table, clock, random, wires};
  http::Router door{routes(desk)};
  std::string session;

  http::Response post(const std::string& path, const json::Value& body = json::Value::object()) {
    return send(http::post_json("http://desk.localhost" + path, body));
  }
  http::Response get(const std::string& target) { return send(http::get("http://desk.localhost" + target)); }
  http::Response send(http::Request request) {
    if (!session.empty()) request.headers.emplace_back("Cookie", "desk-session=" + session);
    return door.handle(request);
  }
  Office& as(const std::string& role) {
    session.clear();
    const auto staff = invented_staff();
    const auto account =
        std::find_if(staff.begin(), staff.end(), [&](const Account& one) { return one.role == role; });
    return as(role, account->name);
  }
  Office& as(const std::string& role, const std::string& name) {
    session.clear();
    const http::Response response = post("/api/sign-in", json::Value::object({{"role", role}, {"staff", name}}));
    CHECK(response.ok());
    take_cookie(response);
    return *this;
  }
  void take_cookie(const http::Response& response) {
    const std::string_view cookie = response.header("Set-Cookie");
    session = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
  }
  static json::Value somebody() {
    return json::Value::object({{"name", "架空　花子"},
                                {"kana", "カクウ　ハナコ"},
                                {"address", "架空都架空市見本町１－１"},
                                {"birth_date", "1990-04-01"},
                                {"sex", "2"}});
  }
  json::Value by_name() const { return json::Value::object({{"name", "架空　花子"}, {"birth_date", "1990-04-01"}}); }
};

// -- who may do what

TEST(Desk, EachRoleHasItsOwnRoomAndNobodyHasAnotherOnes) {
  Office office;
  const std::vector<std::string> roles{"city", "hotline", "operator"};
  std::vector<http::Route> all = routes(office.desk);
  size_t tried = 0;
  for (const http::Route& route : all) {
    if (route.who == "anyone" || route.who.find(',') != std::string::npos) continue;
    const auto call = [&] {
      return route.method == "GET" ? office.get(route.path) : office.post(route.path, Office::somebody());
    };
    office.session.clear();
    EXPECT_EQ(reason_of(call()), Reason::LOGIN_REQUIRED) << route.path;
    for (const std::string& role : roles) {
      if (role == route.who) continue;
      office.as(role);
      EXPECT_EQ(reason_of(call()), Reason::FORBIDDEN) << route.path << " by " << role;
      ++tried;
    }
  }
  EXPECT_GT(tried, 30u);
}

TEST(Desk, ASignInEndsWithTheShiftAndWithSigningOut) {
  Office office;
  EXPECT_EQ(reason_of(office.post("/api/sign-in", json::Value::object({{"role", "mayor"}, {"staff", "x"}}))),
            Reason::MALFORMED);
  EXPECT_EQ(reason_of(office.post("/api/sign-in", json::Value::object({{"role", "city"}, {"staff", "監査　四方"}}))),
            Reason::FORBIDDEN);
  office.as("city");
  EXPECT_EQ(office.session.size(), 32u);
  EXPECT_EQ(json_of(office.get("/api/session")).string_at("role").value(), "city");
  EXPECT_TRUE(json_of(office.get("/api/session")).bool_at("simulated").value());
  office.clock.advance(kShift);
  EXPECT_EQ(reason_of(office.post("/api/city/invent")), Reason::LOGIN_REQUIRED);
  EXPECT_TRUE(json_of(office.get("/api/session")).find("role")->is_null());
  office.as("city");
  EXPECT_TRUE(office.post("/api/sign-out").ok());
  EXPECT_EQ(reason_of(office.post("/api/city/invent")), Reason::LOGIN_REQUIRED);
}

TEST(Desk, NoTokenOfTheAuthorityReachesAPage) {
  Office office;
  const http::Response signed_in =
      office.post("/api/sign-in", json::Value::object({{"role", "city"}, {"staff", "窓口　一郎"}}));
  EXPECT_EQ(as_text(signed_in.body).find("t-city"), std::string::npos);
  EXPECT_EQ(signed_in.header("Set-Cookie").find("t-city"), std::string::npos);
}

// -- cards

TEST(Desk, ACardIsMadeForAnInventedPersonAndItsPinsAreShownOnce) {
  Office office;
  office.as("city");
  const json::Value who = json_of(office.post("/api/city/invent"));
  const json::Value made = json_of(office.post("/api/city/issue", who));
  EXPECT_EQ(made.find("pins")->string_at("auth").value().size(), 4u);
  EXPECT_EQ(made.find("pins")->string_at("text").value().size(), 4u);
  EXPECT_EQ(made.find("pins")->string_at("juki").value().size(), 4u);
  EXPECT_EQ(made.find("pins")->string_at("sign").value().size(), 8u);
  EXPECT_TRUE(made.bool_at("signing").value());
  ASSERT_EQ(office.table.written.size(), 1u);
  EXPECT_EQ(office.table.written[0].string_at("card").value(), made.string_at("card").value());
  const auto person = office.registry.person(PersonId{made.string_at("person").value()}).value();
  EXPECT_EQ(person.facts.name, who.string_at("name").value());
  EXPECT_EQ(person.facts.portrait, config().draw_portrait(who.string_at("name").value() + who.string_at("birth_date").value()));
  // ADM-4: not in the log, and no My Number in what the page gets.
  EXPECT_EQ(made.dump().find(person.facts.my_number), std::string::npos);
  EXPECT_EQ(office.number("SELECT count(*) FROM event WHERE body LIKE '%" +
                          made.find("pins")->string_at("sign").value() + "%'"),
            0);
}

TEST(Desk, MadeUpNumbersAreNobodys) {
  Office office;
  office.as("city");
  for (int i = 0; i < 3; ++i) {
    const json::Value made = json_of(office.post("/api/city/issue", json_of(office.post("/api/city/invent"))));
    const std::string number =
        office.registry.person(PersonId{made.string_at("person").value()}).value().facts.my_number;
    int sum = 0;
    for (int n = 1; n <= 11; ++n) sum += (number[static_cast<size_t>(11 - n)] - '0') * (n <= 6 ? n + 1 : n - 5);
    const int right = sum % 11 <= 1 ? 0 : 11 - sum % 11;
    EXPECT_NE(number.back() - '0', right) << "a right check digit may be somebody's";
  }
}

TEST(Desk, ChosenPinsAreTakenAndUnfitOnesRefused) {
  Office office;
  office.as("city");
  const auto with = [&](json::Value pins) {
    json::Value body = Office::somebody();
    body.set("pins", std::move(pins));
    return office.post("/api/city/issue", body);
  };
  EXPECT_EQ(json_of(with(json::Value::object({{"auth", "1234"}, {"sign", "SIGN1234"}}))).find("pins")->string_at("auth").value(),
            "1234");
  EXPECT_EQ(reason_of(with(json::Value::object({{"auth", "12345"}}))), Reason::PIN_FORMAT);
  EXPECT_EQ(reason_of(with(json::Value::object({{"sign", "SHORT"}}))), Reason::PIN_FORMAT);
  EXPECT_EQ(office.table.written.size(), 1u);
}

// ISS-11, article A57
TEST(Desk, ChildrenAndWardsGetNoSigningCertificateAndAreToldWhy) {
  Office office;
  office.as("city");
  json::Value child = Office::somebody();
  child.set("birth_date", "2015-01-01");
  const json::Value small = json_of(office.post("/api/city/issue", child));
  EXPECT_EQ(small.string_at("without_signing").value(), "under-15");
  EXPECT_EQ(small.find("pins")->find("sign"), nullptr);
  json::Value ward = Office::somebody();
  ward.set("ward", true);
  const json::Value made = json_of(office.post("/api/city/issue", ward));
  EXPECT_EQ(made.string_at("without_signing").value(), "ward");
  EXPECT_EQ(office.number("SELECT count(*) FROM certificate WHERE ca = 'sign'"), 0);
  child.set("birth_date", "2030-01-01");
  EXPECT_EQ(reason_of(office.post("/api/city/issue", child)), Reason::MALFORMED) << "born tomorrow";
}

TEST(Desk, ABroughtPictureIsCheckedBeforeItGoesOnACard) {
  Office office;
  office.as("city");
  json::Value body = Office::somebody();
  const Bytes png = render::encode_png(render::GreyImage{8, 8, Bytes(64, 9)});
  body.set("photo", base64url::encode(png));
  const json::Value made = json_of(office.post("/api/city/issue", body));
  EXPECT_EQ(office.registry.person(PersonId{made.string_at("person").value()}).value().facts.portrait, png);
  const Bytes jpeg{0xFF, 0xD8, 0xFF, 0xE0};
  body.set("photo", base64url::encode(jpeg));
  EXPECT_EQ(reason_of(office.post("/api/city/issue", body)), Reason::MALFORMED) << "it begins like a picture and is none";
  body.set("photo", base64url::encode(as_bytes("<svg onload='x()'>")));
  EXPECT_EQ(reason_of(office.post("/api/city/issue", body)), Reason::MALFORMED);
  body.set("photo", base64url::encode(Bytes(kMaxPhoto + 1, 0xFF)));
  EXPECT_EQ(reason_of(office.post("/api/city/issue", body)), Reason::LIMIT_EXCEEDED);
  body.set("photo", "!!");
  EXPECT_EQ(reason_of(office.post("/api/city/issue", body)), Reason::MALFORMED);
}

TEST(Desk, TheNextCardEndsTheOneBeforeAndShowsItsFee) {
  Office office;
  office.as("city");
  const json::Value first = json_of(office.post("/api/city/issue", Office::somebody()));
  const std::string person = first.string_at("person").value();
  const auto again = [&](const char* why) {
    return office.post("/api/city/replace",
                       json::Value::object({{"person", person}, {"why", why}, {"signing", true}}));
  };
  office.wires.reviews.push(
      json::Value::object({{"id", "review-1"}, {"name", "架空　花子"}, {"birth_date", "1990-04-01"}}));
  const json::Value next = json_of(again("lost"));
  EXPECT_EQ(next.find("fee")->int_at("yen").value(), 1000);
  EXPECT_EQ(office.registry.card(CardId{first.string_at("card").value()}).value().state, registry::State::kEnded);
  EXPECT_EQ(json_of(again("expiring")).find("fee")->int_at("yen").value(), 0);
  EXPECT_EQ(reason_of(again("bored")), Reason::MALFORMED);
}

// -- who stands at the counter

TEST(Desk, SomebodyIsLookedUpByNameOrByCardAndForAReason) {
  Office office;
  office.as("city");
  const json::Value made = json_of(office.post("/api/city/issue", Office::somebody()));
  EXPECT_EQ(reason_of(office.post("/api/city/lookup", office.by_name())), Reason::FORM_INVALID);
  json::Value ask = office.by_name();
  ask.set("why", "moving");
  const json::Value found = json_of(office.post("/api/city/lookup", ask));
  EXPECT_EQ(found.find("people")->items()[0].string_at("person").value(), made.string_at("person").value());
  const json::Value why = json::Value::object({{"why", "pin-forgotten"}});
  EXPECT_EQ(json_of(office.post("/api/city/card", why)).find("people")->items()[0].string_at("name").value(), "架空　花子");
  office.table.on_reader.reset();
  EXPECT_EQ(reason_of(office.post("/api/city/card", why)), Reason::CARD_SILENT);
}

// LFC-9, ADM-3
TEST(Desk, MovingHouseAndThenTheCardIsBroughtUpToDate) {
  Office office;
  office.as("city");
  const json::Value made = json_of(office.post("/api/city/issue", Office::somebody()));
  const std::string card = made.string_at("card").value();
  json::Value move = json::Value::object({{"person", made.string_at("person").value()}, {"address", "架空都\n架空市"}});
  EXPECT_EQ(reason_of(office.post("/api/city/move", move)), Reason::MALFORMED);
  move.set("address", "架空都架空市見本町９－９");
  EXPECT_EQ(json_of(office.post("/api/city/move", move)).find("card")->string_at("signing").value(), "revoked");
  const json::Value order = json::Value::object({{"card", card}, {"signing", true}});
  EXPECT_EQ(reason_of(office.post("/api/city/update", order)), Reason::GOOD);
  ASSERT_EQ(office.table.rewritten.size(), 1u);
  EXPECT_NE(office.table.rewritten[0].find("sign_cert"), nullptr);
  // Another card was laid there meanwhile.
  office.post("/api/city/issue", json_of(office.post("/api/city/invent")));
  EXPECT_EQ(reason_of(office.post("/api/city/update", order)), Reason::CARD_CHANGED);
  EXPECT_EQ(office.table.rewritten.size(), 1u) << "nothing was written into it";
}

TEST(Desk, AForgottenPinIsSetInTheCardOnTheReaderOnly) {
  Office office;
  office.as("city");
  const json::Value made = json_of(office.post("/api/city/issue", Office::somebody()));
  const auto reset = [&](const char* pin, const char* fresh) {
    return office.post("/api/city/pin-reset",
                       json::Value::object({{"card", made.string_at("card").value()}, {"pin", pin}, {"new_pin", fresh}}));
  };
  EXPECT_EQ(reason_of(reset("auth", "4321")), Reason::GOOD);
  EXPECT_EQ(reason_of(reset("sign", "NEWSIGN1")), Reason::GOOD);
  EXPECT_EQ(reason_of(reset("text", "8765")), Reason::GOOD);
  EXPECT_EQ(office.table.resets, (std::vector<std::string>{"auth", "sign", "text"}));
  EXPECT_EQ(reason_of(reset("auth", "43210")), Reason::PIN_FORMAT);
  EXPECT_EQ(reason_of(reset("sign", "1")), Reason::PIN_FORMAT);
  EXPECT_EQ(reason_of(reset("juki", "1234")), Reason::MALFORMED);
  EXPECT_EQ(office.number("SELECT count(*) FROM event WHERE kind = 'pin-reset'"), 3);
  EXPECT_EQ(office.number("SELECT count(*) FROM event WHERE body LIKE '%4321%'"), 0) << "the PIN itself is in no record";
  office.post("/api/city/stop", json::Value::object({{"card", made.string_at("card").value()}}));
  EXPECT_EQ(reason_of(reset("auth", "1111")), Reason::CARD_NOT_VALID);
  EXPECT_EQ(office.table.resets.size(), 3u);
  office.table.on_reader.reset();
  EXPECT_EQ(reason_of(reset("auth", "1111")), Reason::CARD_SILENT);
}

// -- phones

struct WithPhone : Office {
  IssuedCard card = new_card(1);
  LivePhone phone = enrol(card);
  json::Value owner = json::Value::object({{"name", card.facts.name}, {"birth_date", "1980-02-17"}});
  registry::PhoneState state() { return registry.phone(phone.id).value().state; }
};

TEST(Desk, TheHotlineSuspendsAndNobodyHereResumes) {
  WithPhone office;
  office.as("hotline");
  EXPECT_EQ(json_of(office.post("/api/hotline/suspend", office.owner)).string_at("state").value(), "suspended");
  EXPECT_EQ(office.state(), registry::PhoneState::kSuspended);
  for (const char* role : {"city", "hotline", "operator"}) {
    office.as(role);
    EXPECT_EQ(reason_of(office.post("/api/resume")), Reason::PHONE_SUSPENDED) << role;
  }
  EXPECT_EQ(office.state(), registry::PhoneState::kSuspended);
}

TEST(Desk, TheHotlineStopsALostCardAndThePhoneWithIt) {
  WithPhone office;
  office.as("hotline");
  EXPECT_EQ(json_of(office.post("/api/hotline/stop", office.owner)).string_at("state").value(), "held");
  EXPECT_EQ(office.state(), registry::PhoneState::kEnded);
}

TEST(Desk, AnOwnerSuspendsTheirOwnPhoneAndNoOther) {
  WithPhone office;
  const IssuedCard other_card = office.new_card(2);
  const auto other = office.enrol(other_card);
  json::Value sign_in = office.owner;
  sign_in.set("role", "findmy");
  const http::Response response = office.post("/api/sign-in", sign_in);
  ASSERT_TRUE(response.ok());
  office.take_cookie(response);
  // Whatever phone the page names.
  const json::Value told =
      json_of(office.post("/api/findmy/suspend", json::Value::object({{"phone", other.id.text}})));
  EXPECT_EQ(told.string_at("phone").value(), office.phone.id.text);
  EXPECT_EQ(office.state(), registry::PhoneState::kSuspended);
  EXPECT_NE(office.registry.phone(other.id).value().state, registry::PhoneState::kSuspended);
  EXPECT_EQ(reason_of(office.post("/api/resume")), Reason::PHONE_SUSPENDED);
  sign_in.set("name", "誰か　知らない");
  EXPECT_EQ(reason_of(office.post("/api/sign-in", sign_in)), Reason::NOT_FOUND);
}

// -- the operator, and anybody

// ADM-2
TEST(Desk, TheOperatorSeesTheLogAndThatItsChainHolds) {
  WithPhone office;
  office.as("operator");
  const json::Value chain = json_of(office.get("/api/operator/chain"));
  const json::Value listed = json_of(office.get("/api/operator/events?after=0"));
  EXPECT_EQ(chain.int_at("events").value(), listed.int_at("count").value());
  EXPECT_EQ(chain.string_at("head").value().size(), 64u);
  CHECK(office.store->write([](store::Transaction& tx) { return tx.run("UPDATE event SET staff = 'x' WHERE seq = 2"); }).has_value());
  const http::Response broken = office.get("/api/operator/chain");
  EXPECT_EQ(reason_of(broken), Reason::LOG_BROKEN);
  EXPECT_NE(http::error_of(broken).detail.find("record 2"), std::string::npos);
}

// ADM-1
TEST(Desk, WhoMadeACardDoesNotDecideOnItsLikenessByAnyAccount) {
  Office office;
  office.as("city");
  ASSERT_TRUE(office.post("/api/city/issue", Office::somebody()).ok());
  office.wires.reviews.push(
      json::Value::object({{"id", "review-1"}, {"name", "架空　花子"}, {"birth_date", "1990-04-01"}}));
  const json::Value decision = json::Value::object({{"id", "review-1"}, {"decision", "approve"}});
  office.as("operator", "窓口　一郎（運用）");
  EXPECT_EQ(reason_of(office.post("/api/operator/decide", decision)), Reason::FORBIDDEN) << "a second account of the same";
  EXPECT_NE(office.wires.seen.back(), "POST /reviews/decide");
  office.as("operator", "監査　四方");
  EXPECT_EQ(reason_of(office.post("/api/operator/decide", decision)), Reason::GOOD);
  EXPECT_EQ(office.wires.seen.back(), "POST /reviews/decide");
}

TEST(Desk, AnybodyChecksAPaper) {
  Office office;
  EXPECT_EQ(json_of(office.get("/api/verify?code=AB-12")).string_at("kind").value(), "residence");
  EXPECT_EQ(reason_of(office.get("/api/verify?code=AB-13")), Reason::NOT_FOUND);
  EXPECT_EQ(reason_of(office.get("/api/verify")), Reason::MALFORMED);
  EXPECT_EQ(reason_of(office.get("/api/verify?code=" + std::string(65, 'A'))), Reason::MALFORMED);
  office.get("/api/verify?code=a%26b%3D1");
  EXPECT_EQ(office.wires.seen.back(), "GET /api/verify?code=a%26b%3D1") << "a code is one parameter and stays one";
}

}  // namespace
}  // namespace mitome::services::desk
