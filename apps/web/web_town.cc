#include "apps/web/web_town.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <thread>

#include "apps/town/folder_storage.h"
#include "apps/town/ground.h"
#include "apps/town/phone_equipment.h"
#include "apps/town/places.h"
#include "apps/town/prepared_keys.h"
#include "apps/web/door.h"
#include "apps/web/public_side.h"
#include "codec/base64url/base64url.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/pcsc_reader.h"
#include "net/system_clock.h"

namespace mitome::web {
namespace {

constexpr std::string_view kClockName = "clock";
constexpr int kFirstHour = 10;  ///< in Japan, of a new town
constexpr auto kTick = std::chrono::seconds{1};

/// Who lives here from the start (issue: two people, two cards).
json::Value first_people() {
  return json::Value::array({json::Value::object({{"name", "見留　花子"},
                                                  {"kana", "ミトメ　ハナコ"},
                                                  {"address", "東京都架空市見本町１－２－３"},
                                                  {"birth_date", "19800217"},
                                                  {"sex", "2"}}),
                             json::Value::object({{"name", "架空　太郎"},
                                                  {"kana", "カクウ　タロウ"},
                                                  {"address", "東京都架空市例示台４－５－６"},
                                                  {"birth_date", "19951103"},
                                                  {"sex", "1"}})});
}

}  // namespace

struct WebTown::Impl {
  explicit Impl(const WebTownOptions& given) : options(given), pages(given.pages) {}
  ~Impl() {
    {
      const std::lock_guard lock{mutex};
      ended = true;
    }
    wake.notify_all();
    if (ticker.joinable()) ticker.join();
    if (settler.joinable()) settler.join();
    server.reset();  // before what its handlers stand on
  }

  Result<void> open();
  Result<void> open_ground(Instant start);
  Result<void> open_doors();
  Result<void> open_public_doors();
  DoorPlan plan_of(std::string_view place) const;
  Result<Instant> start_instant();
  Result<void> save_clock();
  std::vector<town::Thing> things();
  http::Response handle(const DoorPlan& plan, const http::Request& request);
  std::vector<http::Route> town_routes();
  Result<json::Value> move_clock(const http::Request& request);
  Result<void> settle_people();
  void settle();
  Result<void> wait_for_people();
  void run();

  WebTownOptions options;
  crypto::SystemRandom random;
  town::PreparedKeySource keys;
  net::SystemClock system;
  net::SocketHttpClient network;
  Pages pages;
  std::optional<PublicSide> outside;
  std::unique_ptr<apdu::CardReader> real_reader;
  std::unique_ptr<town::Storage> storage;
  std::unique_ptr<town::Town> town;
  std::unique_ptr<town::Hand> hand;
  std::unique_ptr<town::Air> air;
  std::vector<std::unique_ptr<town::Premises>> premises;
  std::unique_ptr<net::HttpServer> server;
  std::mutex mutex;  // over ended, hurry and settled
  std::condition_variable wake;
  bool ended = false, hurry = false;
  std::optional<Result<void>> settled;  ///< whether the first people have moved in; none while they do
  std::thread ticker, settler;
};

Result<Instant> WebTown::Impl::start_instant() {
  TRY_ASSIGN(const auto saved, storage->load(std::string{kClockName}));
  if (!options.start_date.empty()) {
    if (saved) return Error{Reason::USAGE, "--date is for a new town, whose clock has not run yet: add --fresh or another --data"};
    TRY_ASSIGN(const Date day, date_from_text(options.start_date));
    return japan_instant(day, kFirstHour, 0, 0);
  }
  if (!saved) return town::default_start();
  TRY_ASSIGN(const json::Value clock, json::parse(as_text(saved->reveal())));
  TRY_ASSIGN(const int64_t ahead, clock.int_at("ahead"));
  return system.now() + Seconds{ahead};
}

Result<void> WebTown::Impl::save_clock() {
  const json::Value clock = json::Value::object({{"ahead", town->clock().ahead().count()}});
  return storage->save(std::string{kClockName}, as_bytes(clock.dump()));
}

Result<void> WebTown::Impl::open() {
  TRY(check_options(options));
  if (options.data.empty()) {
    storage = std::make_unique<town::MemoryStorage>();
  } else {
    TRY_ASSIGN(storage, town::FolderStorage::open(options.data, random));
  }
  if (!options.public_url.empty()) {
    TRY_ASSIGN(outside, PublicSide::open(options.public_url, options.first_port, *storage, random, keys, system.now()));
    pages = Pages{options.pages, outside->page_head()};
  }
  TRY_ASSIGN(const Instant start, start_instant());
  TRY(open_ground(start));
  TRY(save_clock());
  TRY(open_doors());
  settler = std::thread{[this] { settle(); }};
  ticker = std::thread{[this] { run(); }};
  return {};
}

Result<void> WebTown::Impl::open_ground(Instant start) {
  const town::Addresses addresses{options.first_port, outside ? outside->host() : std::string{}};
  for (const std::string_view place : town::kPlaces)
    if (!outside) network.know(addresses.authority(place), options.listen, addresses.port(place));
  TRY_ASSIGN(town, town::Town::build({.random = random,
                                      .keys = keys,
                                      .start = start,
                                      .beside = &system,
                                      .storage = storage.get(),
                                      .addresses = addresses,
                                      .network = &network,
                                      .cascades = std::string{town::kCascades},
                                      .equip = [addresses, strict = options.require_webauthn](phone::PhoneConfig& config) {
                                        town::equip(config, addresses, strict);
                                      }}));
  hand = std::make_unique<town::Hand>([this] { return things(); });
  if (!options.reader.empty()) {
    real_reader = std::make_unique<net::PcscReader>(options.reader);
    hand->stand_behind(*real_reader);
  }
  air = std::make_unique<town::Air>([this](const std::string& phone, ByteView message) -> Result<void> {
    const http::Request request = http::post_json("http://" + phone + "/wallet/session",
                                                  json::Value::object({{"message", base64url::encode(message)}}));
    TRY_ASSIGN(const http::Response answer, town->deliver(phone, request));
    return answer.ok() ? Result<void>{} : Result<void>{http::error_of(answer)};
  });
  town::Ground ground{*town, *hand, *air, options.require_webauthn};
  TRY_ASSIGN(premises, town::open_premises(ground));
  town->connect("town", town_routes());
  return {};
}

std::vector<town::Thing> WebTown::Impl::things() {
  std::vector<town::Thing> all;
  for (const town::CardLabel& label : town->cards()) {
    town::BoxedCard* card = town->find_card(label.card);
    all.push_back({label.card, "card", "Card of " + label.name, label.name + "さんのカード",
                   [card]() -> Result<apdu::ApduChannel*> {
                     TRY(card->power_cycle());
                     return card;
                   },
                   [card] { card->power_off(); }});
  }
  for (const std::string& name : town->phones()) {
    phone::Phone* phone = town->find_phone(name);
    all.push_back({name, "phone", "Phone " + name, "スマートフォン " + name,
                   [phone]() -> Result<apdu::ApduChannel*> { return &phone->contactless(); }, {}});
  }
  return all;
}

http::Response WebTown::Impl::handle(const DoorPlan& plan, const http::Request& request) {
  return answer(plan, pages, request, [&](const http::Request& asked) {
    // The first cards are made at the authority.
    if (plan.place != "authority")
      if (const auto there = wait_for_people(); !there) return http::Response::error(there.error());
    auto response = town->deliver(plan.place, asked);
    return response ? std::move(*response) : http::Response::error(response.error());
  });
}

DoorPlan WebTown::Impl::plan_of(std::string_view place) const {
  const town::Addresses& addresses = town->addresses();
  DoorPlan plan{std::string{place}, addresses.origin(place), {}, {}};
  for (const std::string_view other : town::kPlaces) plan.may_lead.push_back(addresses.origin(other));
  if (outside) plan.cookie_prefix = "__Host-" + plan.place + "-";
  return plan;
}

Result<void> WebTown::Impl::open_doors() {
  if (outside) return open_public_doors();
  const town::Addresses& addresses = town->addresses();
  std::vector<net::Door> doors;
  for (const std::string_view place : town::kPlaces) {
    doors.push_back({.address = options.listen,
                     .port = addresses.port(place),
                     .hosts = {addresses.authority(place)},
                     .handle = [this, plan = plan_of(place)](const http::Request& request) { return handle(plan, request); }});
  }
  TRY_ASSIGN(server, net::HttpServer::start(std::move(doors)));
  return {};
}

/// Each place twice: in TLS for the world, and on a port of this machine alone, where the places call each other as behind a proxy.
Result<void> WebTown::Impl::open_public_doors() {
  const town::Addresses& addresses = town->addresses();
  std::vector<net::Door> doors;
  for (const std::string_view place : town::kPlaces) {
    const auto handler = [this, plan = plan_of(place)](const http::Request& request) { return handle(plan, request); };
    doors.push_back({.hosts = {addresses.authority(place)}, .handle = handler});
    doors.push_back({.address = options.listen,
                     .port = addresses.port(place),
                     .hosts = {addresses.authority(place)},
                     .handle = handler,
                     .tls = outside->tls()});
  }
  doors.push_back({.address = options.listen,
                   .port = outside->root_port(),
                   .handle = [this](const http::Request& request) { return outside->root_page(request); }});
  TRY_ASSIGN(server, net::HttpServer::start(std::move(doors)));
  for (size_t i = 0; i < std::size(town::kPlaces); ++i)
    network.know(addresses.authority(town::kPlaces[i]), "127.0.0.1", server->port(2 * i));
  return {};
}

/// The keys of the first cards take longer than everything else at a first start: they are made while the doors are open already, and who
/// asks for anything but a page waits. The phones are their owners' before anybody is let in: the first tick hands them over.
void WebTown::Impl::settle() {
  auto done = settle_people();
  for (const auto& place : premises) place->tick(town->clock().now());
  const std::lock_guard lock{mutex};
  settled = std::move(done);
  wake.notify_all();
}

Result<void> WebTown::Impl::wait_for_people() {
  std::unique_lock lock{mutex};
  wake.wait(lock, [this] { return settled.has_value() || ended; });
  return settled ? *settled : Result<void>{Error{Reason::UNREACHABLE, "the town closes"}};
}

Result<void> WebTown::Impl::settle_people() {
  const json::Value people = first_people();
  const std::vector<town::CardLabel> there = town->cards();
  if (there.size() >= people.items().size()) return {};
  for (const json::Value& person : people.items()) {
    // Where the first start was cut off, some have moved in already.
    const std::string name = person.string_or("name", "");
    if (std::any_of(there.begin(), there.end(), [&](const town::CardLabel& label) { return label.name == name; })) continue;
    TRY(town->make_card(person));
  }
  return {};
}

Result<json::Value> WebTown::Impl::move_clock(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string to, body.string_at("to"));
  // "08:00", "19:30:00": the next time it is that late; "2026-06-02T08:00": that day.
  const size_t day_end = to.find('T');
  const std::string clock = day_end == to.npos ? to : to.substr(day_end + 1);
  TRY_ASSIGN(const Instant time, instant_from_rfc3339("2000-01-01T" + clock + (clock.size() == 5 ? ":00" : "") + "+09:00"));
  const Seconds of_day = japan_time_of_day(time);
  town::MovableClock& shown = town->clock();
  Date day = japan_date(shown.now());
  if (day_end != to.npos) {
    TRY_ASSIGN(day, date_from_text(to.substr(0, day_end)));
  }
  Instant then = japan_instant(day, 0, 0, 0) + of_day;
  if (day_end == to.npos && then < shown.now()) then += Days{1};
  if (then < shown.now()) return Error{Reason::CONFLICT, "the town's clock moves only forward"};
  shown.advance(then - shown.now());
  TRY(save_clock());
  {
    const std::lock_guard lock{mutex};
    hurry = true;
  }
  wake.notify_all();
  return json::Value::object({{"now", to_unix(shown.now())}, {"japan", to_japan_text(shown.now())}});
}

std::vector<http::Route> WebTown::Impl::town_routes() {
  return {{"GET", "/api/clock", "anyone",
           [this](const http::Request&) {
             const Instant now = town->clock().now();
             return http::Response::json(json::Value::object({{"now", to_unix(now)}, {"japan", to_japan_text(now)}}));
           }},
          {"POST", "/api/clock", "the visitor", [this](const http::Request& request) {
             const auto moved = move_clock(request);
             return moved ? http::Response::json(*moved) : http::Response::error(moved.error());
           }}};
}

void WebTown::Impl::run() {
  std::unique_lock lock{mutex};
  wake.wait(lock, [this] { return settled.has_value() || ended; });  // the first tick is settle()'s
  while (!ended) {
    lock.unlock();
    const Instant now = town->clock().now();
    (void)town->authority().tick();  // what could not be written is written at the next tick
    for (const auto& place : premises) place->tick(now);
    lock.lock();
    wake.wait_for(lock, kTick, [this] { return ended || hurry; });
    hurry = false;
  }
}

Result<void> check_options(const WebTownOptions& options) {
  // Pages over plain HTTP have neither camera nor sensor anywhere but on the machine itself (Secure Contexts 3.1).
  const bool of_this_machine = options.listen.starts_with("127.") || options.listen == "::1";
  if (options.public_url.empty() && !of_this_machine)
    return Error{Reason::USAGE, "--listen " + options.listen + " needs --public-url https://NAME"};
  if (!options.public_url.empty()) TRY(PublicSide::check(options.public_url, options.first_port));
  if (!options.start_date.empty()) TRY(date_from_text(options.start_date));
  return {};
}

WebTown::WebTown(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebTown::~WebTown() = default;

Result<std::unique_ptr<WebTown>> WebTown::open(const WebTownOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  TRY(impl->open());
  return std::unique_ptr<WebTown>{new WebTown{std::move(impl)}};
}

std::string WebTown::url() const { return impl_->town->addresses().origin("town") + "/"; }
std::string WebTown::root_url() const { return impl_->outside ? impl_->outside->root_url() : std::string{}; }
std::string WebTown::root_fingerprint() const { return impl_->outside ? impl_->outside->fingerprint() : std::string{}; }

}  // namespace mitome::web
