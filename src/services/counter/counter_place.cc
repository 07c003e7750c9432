#include "services/counter/counter_place.h"

#include "codec/base64url/base64url.h"
#include "protocol/http/web.h"

namespace mitome::services {
namespace {

constexpr size_t kIdSize = 16;

struct Ask {
  std::string_view word, en, ja;
  bool compare;  ///< a person must compare a portrait with who stands there
};
constexpr Ask kAsks[] = {
    {"age_over_20", "Is this person 20 or older?", "20歳以上ですか", false},
    {"identity", "Who is this person?", "本人確認（氏名・生年月日・顔写真）", true},
    {"address", "Where does this person live?", "住所の確認（氏名・住所）", false},
};

/// Every way of asking this card about driving (ISO/IEC 18013-5 7.1: docType and namespace of a driving licence).
bool asks_about_driving(std::string_view ask) {
  return ask == "driving_licence" || ask == "driving_privileges" || ask.starts_with("org.iso.18013.5.1");
}

/// What a person needs beside the bare code, as in http::Response::error.
void explain(json::Value& report, Reason reason) {
  const ReasonInfo& info = reason_info(reason);
  report.set("message", info.en).set("message_ja", info.ja).set("next", info.next_en).set("next_ja", info.next_ja);
}

json::Value refusal(const Error& error) {
  const bool unavailable = reason_info(error.reason).kind == ReasonKind::kUnavailable;
  json::Value report = json::Value::object({{"verdict", unavailable ? "unavailable" : "refused"},
                                            {"reason", reason_code(error.reason)},
                                            {"detail", error.detail},
                                            {"checks", json::Value::array()}});
  explain(report, error.reason);
  return report;
}

http::Request reader_call(std::string_view path, const json::Value& body) {
  return http::post_json("http://counter.localhost" + std::string{path}, body);
}

Result<json::Value> value_of(const http::Response& response) {
  if (!response.ok()) return http::error_of(response);
  return json::parse(as_text(response.body));
}

http::Response respond(const Result<json::Value>& value) {
  return value ? http::Response::json(*value) : http::Response::error(value.error());
}

}  // namespace

CounterPlace::CounterPlace(verifier::Counter& reader, Air& air, const Clock& clock, crypto::Random& random)
    : reader_(reader), air_(air), clock_(clock), random_(random) {}

http::Response CounterPlace::asks(const http::Request&) {
  json::Value list = json::Value::array();
  for (const Ask& ask : kAsks) {
    json::Value items = json::Value::array();
    const mdoc::ItemsRequest asked = verifier::items_for(ask.word).value();
    for (const auto& element : asked.elements) items.push(element.identifier);
    list.push(json::Value::object(
        {{"ask", ask.word}, {"en", ask.en}, {"ja", ask.ja}, {"compare", ask.compare}, {"items", std::move(items)}}));
  }
  return http::Response::json(json::Value::object({{"asks", std::move(list)}}));
}

http::Response CounterPlace::hand(const http::Request&) {
  json::Value phones = json::Value::array();
  for (const Showing& phone : air_.showing())
    phones.push(json::Value::object({{"phone", phone.phone}, {"name", phone.name}, {"name_ja", phone.name_ja}}));
  return http::Response::json(json::Value::object({{"phones", std::move(phones)}}));
}

http::Response CounterPlace::scan(const http::Request& request) {
  const auto scanned = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string phone, body.string_at("phone"));
    for (const Showing& showing : air_.showing())
      if (showing.phone == phone) return json::Value::object({{"engagement", showing.engagement}});
    return Error{Reason::NOT_FOUND, "that phone shows no code now"};
  };
  return respond(scanned());
}

void CounterPlace::forget_old_locked(Instant now) {
  std::erase_if(readings_, [now](const auto& entry) { return entry.second.expires < now; });
}

size_t CounterPlace::forget_old() {
  const std::lock_guard lock{mutex_};
  forget_old_locked(clock_.now());
  return readings_.size();
}

Result<std::string> CounterPlace::keep(const std::string& ask, const std::string& session) {
  std::string id = base64url::encode(random_.bytes(kIdSize));
  const Instant now = clock_.now();
  const std::lock_guard lock{mutex_};
  forget_old_locked(now);
  if (readings_.size() >= kMaxReadings) return Error{Reason::LIMIT_EXCEEDED, "too many readings at once"};
  Reading& reading = readings_[id];
  reading.ask = ask;
  reading.session = session;
  reading.expires = now + verifier::kReadLife;
  return id;
}

Result<json::Value> CounterPlace::start(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string ask, body.string_at("ask"));
  // Before anything is asked of anybody: no phone hears of it.
  if (asks_about_driving(ask) || asks_about_driving(body.string_or("doctype", "")))
    return Error{Reason::NOT_A_DRIVING_LICENCE, ask};
  TRY_ASSIGN(const std::string engagement, body.string_at("engagement"));
  const json::Value question = json::Value::object({{"engagement", engagement}, {"ask", ask}});
  TRY_ASSIGN(const json::Value started, value_of(reader_.read_start(reader_call("/read/start", question))));
  TRY_ASSIGN(const std::string session, started.string_at("session"));
  TRY_ASSIGN(const Bytes message, started.base64url_at("message"));
  TRY_ASSIGN(const std::string id, keep(ask, session));
  const auto sent = air_.send(engagement, message, [this, id](Result<Bytes> answer) { answered(id, std::move(answer)); });
  if (!sent) {
    const std::lock_guard lock{mutex_};
    readings_.erase(id);
    return sent.error();
  }
  return json::Value::object({{"id", id}, {"ask", ask}, {"expires", to_unix(clock_.now() + verifier::kReadLife)}});
}

http::Response CounterPlace::read(const http::Request& request) { return respond(start(request)); }

json::Value CounterPlace::finish(const std::string& session, ByteView message) {
  const json::Value answer = json::Value::object({{"session", session}, {"message", base64url::encode(message)}});
  auto report = value_of(reader_.read_finish(reader_call("/read/finish", answer)));
  if (!report) return refusal(report.error());
  // The bytes behind the verdict are of no use to a clerk, and would be a copy of what was shown.
  json::Value shown = json::Value::object();
  for (const auto& [name, value] : report->members())
    if (name != "evidence") shown.set(name, value);
  if (const auto reason = reason_from_code(report->string_or("reason", "")); reason && *reason != Reason::GOOD)
    explain(shown, *reason);
  return shown;
}

void CounterPlace::answered(const std::string& id, Result<Bytes> message) {
  std::string session;
  {
    const std::lock_guard lock{mutex_};
    const auto found = readings_.find(id);
    // Cancelled or too late: nobody looks at it.
    if (found == readings_.end() || found->second.expires < clock_.now()) return;
    session = found->second.session;
  }
  // Judging asks the issuer's status list, so no lock is held meanwhile.
  json::Value report = message ? finish(session, *message) : refusal(message.error());
  std::shared_ptr<http::EventStream> events;  // kept alive past the lock, see Reading
  {
    const std::lock_guard lock{mutex_};
    const auto found = readings_.find(id);
    if (found == readings_.end() || found->second.report || found->second.taken) return;
    report.set("ask", found->second.ask);
    found->second.report = std::move(report);
    found->second.expires = clock_.now() + kShownLife;
    events = found->second.events;
  }
  // Only that there is an answer: a stream remembers what it said.
  events->publish("answered", json::Value::object());
}

Result<json::Value> CounterPlace::take_report(const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto found = readings_.find(id);
  if (found == readings_.end()) return Error{Reason::NOT_FOUND, "no such reading"};
  Reading& reading = found->second;
  if (reading.taken) return Error{Reason::REPLAY, "this answer was shown before"};
  if (reading.expires < clock_.now()) {
    readings_.erase(found);
    return Error{Reason::SESSION_EXPIRED, "no answer came in time"};
  }
  if (!reading.report) return json::Value::object({{"state", "waiting"}});
  json::Value report = std::move(*reading.report);
  reading.report.reset();
  reading.taken = true;
  return report;
}

http::Response CounterPlace::take(const http::Request& request) {
  const auto taken = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    return take_report(id);
  };
  return respond(taken());
}

http::Response CounterPlace::cancel(const http::Request& request) {
  const auto cancelled = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    const std::lock_guard lock{mutex_};
    if (readings_.erase(id) == 0) return Error{Reason::NOT_FOUND, "no such reading"};
    return json::Value::object();
  };
  return respond(cancelled());
}

http::Response CounterPlace::events(const http::Request& request) {
  const auto parameters = http::query_parameters(request);
  if (!parameters) return http::Response::error(parameters.error());
  const auto id = parameters->find("id");
  const std::lock_guard lock{mutex_};
  const auto found = id == parameters->end() ? readings_.end() : readings_.find(id->second);
  if (found == readings_.end()) return http::Response::error({Reason::NOT_FOUND, "no such reading"});
  http::Response response;
  response.events = found->second.events;
  return response;
}

std::vector<http::Route> routes(CounterPlace& place) {
  const auto to = [&place](http::Response (CounterPlace::*member)(const http::Request&)) {
    return [&place, member](const http::Request& request) { return (place.*member)(request); };
  };
  return {
      {"GET", "/api/asks", "clerk", to(&CounterPlace::asks)},
      {"GET", "/api/hand", "clerk", to(&CounterPlace::hand)},
      {"POST", "/api/hand", "clerk", to(&CounterPlace::scan)},
      {"POST", "/api/read", "clerk", to(&CounterPlace::read)},
      {"GET", "/api/reads/events", "clerk", to(&CounterPlace::events)},
      {"POST", "/api/reads/take", "clerk", to(&CounterPlace::take)},
      {"POST", "/api/reads/cancel", "clerk", to(&CounterPlace::cancel)},
  };
}

}  // namespace mitome::services
