// Sessions at the terminals. A step works on its own copy of the session, outside the lock; what it made comes back only if the
// session is still there, else it dies with the copy.
#include "services/kiosk/kiosk.h"

#include <algorithm>

#include "base/hex.h"
#include "protocol/http/web.h"

namespace mitome::services {
namespace {

constexpr std::string_view kCookie = "kiosk";

std::vector<verifier::JpkiAuthority> authorities_of(const KioskConfig& config) {
  std::vector<verifier::JpkiAuthority> all;
  for (const auto& each : config.authentication.authorities)
    all.push_back({each, verifier::Purpose::kUserAuthentication, config.ocsp_url});
  return all;
}

json::Value texts(const std::vector<std::string>& all) {
  json::Value out = json::Value::array();
  for (const auto& each : all) out.push(each);
  return out;
}

}  // namespace

Kiosk::Kiosk(KioskConfig config, const Directory& directory, PaperMaker& maker, store::Store& store, const Clock& clock,
             crypto::Random& random, http::HttpClient& network)
    : config_(std::move(config)),
      directory_(directory),
      maker_(maker),
      store_(store),
      clock_(clock),
      random_(random),
      network_(network),
      outbound_(network, {http::get(config_.ocsp_url).authority}),
      authorities_(authorities_of(config_)),
      fit_(self_test(config_, directory_)) {}

bool Kiosk::over(const Visit& visit, Instant now) const {
  return now - visit.touched >= kIdle || now - visit.started >= kLongestVisit || now < visit.touched;
}

void Kiosk::sweep(Instant now) {
  for (auto each = visits_.begin(); each != visits_.end();) {
    if (!over(each->second, now)) {
      ++each;
      continue;
    }
    const auto there = at_terminal_.find(each->second.terminal);
    if (there != at_terminal_.end() && there->second == each->first) at_terminal_.erase(there);
    each = visits_.erase(each);  // with its paper
  }
}

Result<size_t> Kiosk::terminal_of(const Shop& shop, const std::string& wanted) const {
  for (size_t i = 0; i < config_.terminals.size(); ++i) {
    const Terminal& each = config_.terminals[i];
    if (each.shop == shop.id && (wanted.empty() || each.id == wanted)) return i;
  }
  return Error{Reason::NOT_FOUND, "terminal"};
}

Result<Kiosk::Visit> Kiosk::take(const http::Request& request, std::initializer_list<Phase> phases) {
  const std::lock_guard lock{mutex_};
  sweep(clock_.now());
  const auto found = visits_.find(http::cookie(request, kCookie));
  if (found == visits_.end()) return Error{Reason::SESSION_EXPIRED, "at the kiosk"};
  Visit& visit = found->second;
  if (visit.busy) return Error{Reason::TRANSITION_REFUSED, "another step of this session is under way"};
  if (visit.phase == Phase::kDone && std::find(phases.begin(), phases.end(), Phase::kPaper) != phases.end()) {
    return Error{Reason::REPLAY, "the paper was handed out"};
  }
  if (std::find(phases.begin(), phases.end(), visit.phase) == phases.end()) {
    return Error{Reason::TRANSITION_REFUSED, "another step is next"};
  }
  Visit copy = std::move(visit);
  visit = Visit{copy.id, copy.shop, copy.language, copy.terminal, copy.started, copy.touched, copy.phase, true, {}, copy.holder, {}, 0, {}};
  return copy;
}

Result<void> Kiosk::put_back(Visit visit) {
  const std::lock_guard lock{mutex_};
  const Instant now = clock_.now();
  sweep(now);
  const auto found = visits_.find(visit.id);
  if (found == visits_.end()) return Error{Reason::JOB_DESTROYED, "the session ended meanwhile"};
  visit.busy = false;
  visit.touched = now;
  found->second = std::move(visit);
  return {};
}

http::Response Kiosk::within(const http::Request& request, std::initializer_list<Phase> phases, const Step& step) {
  if (!fit_) return http::Response::error(fit_.error());
  auto visit = take(request, phases);
  if (!visit) return http::Response::error(visit.error());
  auto answer = step(*visit, request);
  const auto kept = put_back(std::move(visit).value());
  if (!answer) return http::Response::error(answer.error());
  if (!kept) return http::Response::error(kept.error());
  return http::Response::json(*answer);
}

json::Value Kiosk::describe(const Visit& visit) const {
  constexpr const char* kPhases[] = {"choose", "hold", "pin", "paper", "done"};
  const Instant end = std::min(visit.touched + kIdle, visit.started + kLongestVisit);
  json::Value out = json::Value::object({{"phase", kPhases[static_cast<size_t>(visit.phase)]},
                                         {"shop", visit.shop},
                                         {"terminal", config_.terminals[visit.terminal].id},
                                         {"reader", config_.terminals[visit.terminal].reader->name()},
                                         {"language", visit.language},
                                         {"seconds_left", std::max<int64_t>(0, (end - clock_.now()).count())},
                                         {"document", visit.document},
                                         {"holder", std::string{name_of(visit.holder)}}});
  if (visit.phase == Phase::kPin) out.set("tries", visit.tries);
  return out;
}

http::Response Kiosk::directory(const http::Request&) { return http::Response::json(directory_.to_json(clock_.now())); }

http::Response Kiosk::start(const http::Request& request) {
  if (!fit_) return http::Response::error(fit_.error());
  Visit visit;
  const auto prepared = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("shop"));
    TRY_ASSIGN(const Shop shop, directory_.shop(id));
    TRY_ASSIGN(const Chain chain, directory_.chain_of(shop));
    TRY_ASSIGN(visit.terminal, terminal_of(shop, body.string_or("terminal", "")));
    visit.started = visit.touched = clock_.now();
    TRY(Directory::check_hours(visit.started));
    visit.id = to_hex(random_.bytes(16));
    visit.shop = shop.id;
    visit.language = body.string_or("language", "ja") == "en" ? "en" : "ja";
    json::Value out = describe(visit);
    out.set("name", shop.name).set("name_ja", shop.name_ja).set("accepts", texts(chain.phone ? std::vector<std::string>{"phone", "card"}
                                                                                               : std::vector<std::string>{"card"}));
    return out;
  }();
  if (!prepared) return http::Response::error(prepared.error());
  auto response = http::Response::json(*prepared);
  http::set_cookie(response, kCookie, visit.id, config_.origin.starts_with("https:"));
  const std::lock_guard lock{mutex_};
  sweep(visit.started);
  if (visits_.size() >= kMaxVisits) return http::Response::error({Reason::LIMIT_EXCEEDED, "too many sessions"});
  // Whoever stands there now begins anew; what the one before left, with its paper, is gone (Yokohama).
  if (const auto before = at_terminal_.find(visit.terminal); before != at_terminal_.end()) visits_.erase(before->second);
  at_terminal_[visit.terminal] = visit.id;
  visits_.emplace(visit.id, std::move(visit));
  return response;
}

http::Response Kiosk::session(const http::Request& request) {
  const std::lock_guard lock{mutex_};
  sweep(clock_.now());
  const auto found = visits_.find(http::cookie(request, kCookie));
  if (found == visits_.end()) return http::Response::error({Reason::SESSION_EXPIRED, "at the kiosk"});
  return http::Response::json(describe(found->second));
}

http::Response Kiosk::stay(const http::Request& request) {
  const std::lock_guard lock{mutex_};
  sweep(clock_.now());
  const auto found = visits_.find(http::cookie(request, kCookie));
  if (found == visits_.end()) return http::Response::error({Reason::SESSION_EXPIRED, "at the kiosk"});
  found->second.touched = clock_.now();
  return http::Response::json(describe(found->second));
}

http::Response Kiosk::end(const http::Request& request) {
  const std::lock_guard lock{mutex_};
  const auto found = visits_.find(http::cookie(request, kCookie));
  if (found != visits_.end()) {
    at_terminal_.erase(found->second.terminal);
    visits_.erase(found);
  }
  auto response = http::Response::json(json::Value::object({{"ended", true}}));
  http::set_cookie(response, kCookie, "", config_.origin.starts_with("https:"));
  return response;
}

http::Response Kiosk::choose(const http::Request& request) {
  return within(request, {Phase::kChoose, Phase::kHold, Phase::kPin},
                [this](Visit& visit, const http::Request& asked) { return do_choose(visit, asked); });
}

http::Response Kiosk::read(const http::Request& request) {
  return within(request, {Phase::kHold}, [this](Visit& visit, const http::Request&) { return do_read(visit); });
}

http::Response Kiosk::pin(const http::Request& request) {
  return within(request, {Phase::kPin}, [this](Visit& visit, const http::Request& asked) { return do_pin(visit, asked); });
}

http::Response Kiosk::paper(const http::Request& request) {
  return within(request, {Phase::kPaper}, [this](Visit& visit, const http::Request&) { return do_paper(visit); });
}

Result<json::Value> Kiosk::do_choose(Visit& visit, const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string document, body.string_at("document"));
  TRY_ASSIGN(const std::string holder_name, body.string_at("holder"));
  TRY_ASSIGN(const Holder holder, holder_from_name(holder_name));
  if (document != "residence" && document != "seal") return Error{Reason::MALFORMED, "document is residence or seal"};
  TRY_ASSIGN(const Shop shop, directory_.shop(visit.shop));
  TRY(directory_.check_shop(shop, holder, clock_.now()));
  visit.document = document;
  visit.holder = holder;
  visit.certificate.clear();
  visit.phase = Phase::kHold;
  return describe(visit);
}

}  // namespace mitome::services
