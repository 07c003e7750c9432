#include "tests/ecosystem/faulty_network.h"

#include "base/hex.h"
#include "codec/cbor/reader.h"

namespace mitome::ecosystem {
namespace {

/// One fault in this many messages, each kind alike.
constexpr uint64_t kFaultEvery = 25;

bool is_server(std::string_view host) {
  return host == "authority.localhost" || host == "portal.localhost" || host == "counter.localhost";
}

std::string session_of(const http::Request& request) {
  const auto body = json::parse(as_text(request.body));
  return body ? body->string_or("session", "") : "";
}

}  // namespace

FaultyNetwork::Fault FaultyNetwork::draw() {
  if (calm_ || random_.below(kFaultEvery) != 0) return Fault::kNone;
  ++faults_;
  return static_cast<Fault>(1 + random_.below(4));
}

void FaultyNetwork::note(std::string_view text) { trace_ = crypto::sha256({ByteView{trace_}, as_bytes(text)}); }

std::string FaultyNetwork::trace() const { return to_hex(trace_); }

Result<http::Response> FaultyNetwork::carry(const http::Request& request, const DeliverHttp& deliver) {
  // A copy arrives between two deeds, not inside one: on one thread its receiver would wait for itself.
  if (!calm_ && depth_ == 0 && !late_.empty() && random_.below(6) == 0) {
    const auto [copy, late_deliver] = late_.front();
    late_.pop_front();
    ++depth_;
    listen(copy, late_deliver(copy));
    --depth_;
  }
  const auto once = [&] {
    ++depth_;
    auto response = deliver(request);
    --depth_;
    listen(request, response);
    return response;
  };
  switch (draw()) {
    case Fault::kNone:
      return once();
    case Fault::kLoseRequest:
      return Error{Reason::UNREACHABLE, "simulated: the request was lost"};
    case Fault::kLoseAnswer: {
      const auto lost = once();
      return Error{Reason::UNREACHABLE, lost ? "simulated: the answer was lost" : "simulated: lost both ways"};
    }
    case Fault::kTwice: {
      auto first = once();
      const auto second = once();
      return first;
    }
    case Fault::kCopyLater:
      // A finger's touch is no message that a network could repeat an hour later.
      if (is_server(request.authority)) late_.emplace_back(request, deliver);
      return once();
  }
  return once();
}

void FaultyNetwork::deliver_late_copies() {
  while (!late_.empty()) {
    const auto [copy, deliver] = late_.front();
    late_.pop_front();
    listen(copy, deliver(copy));
  }
}

Result<Bytes> FaultyNetwork::carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) {
  const Fault fault = draw();
  if (fault == Fault::kLoseRequest) return Error{Reason::CARD_SILENT, "simulated: out of the field"};
  Result<Bytes> response = deliver(command);
  if (response && response->size() >= 2 && command.size() > 5 && command[1] == 0x20) {
    const uint16_t sw = static_cast<uint16_t>((*response)[response->size() - 2] << 8 | response->back());
    if (sw == 0x9000) wrong_guesses_[chip] = 0;
    if ((sw & 0xFFF0) == 0x63C0) ++wrong_guesses_[chip];
  }
  note(chip);
  if (fault == Fault::kLoseAnswer) return Error{Reason::CARD_SILENT, "simulated: out of the field"};
  return response;
}

void FaultyNetwork::listen(const http::Request& request, const Result<http::Response>& response) {
  const std::string_view path = request.path();
  note(request.authority + std::string{path});
  if (!response) return note(reason_code(response.error().reason));
  note(std::to_string(response->status));
  if (response->ok() && (path == "/login/finish" || path == "/sign/finish" || path == "/read/finish")) {
    const auto body = json::parse(as_text(response->body));
    if (!body) return;
    note(body->string_or("reason", ""));
    if (body->string_or("verdict", "") == "good" && ++good_sessions_[session_of(request)] > 1)
      used_twice_.push_back(session_of(request));
  }
  const bool grant = path == "/enrol/complete", resumed = path == "/phone/resume";
  if (!response->ok() || (!grant && !resumed)) return;
  const auto document = cbor::Document::parse(response->body);
  if (!document) return;
  std::string phone{request.header("Mitome-Phone")};
  if (const auto name = document->root().find("phone"))
    phone = std::string{name->as_text().value_or(std::string_view{})};
  for (const std::string arm : {"auth", "sign"}) {
    const auto value = document->root().find(arm + "_cert");
    const auto der = value ? value->as_bytes() : Result<ByteView>{Error{Reason::NOT_FOUND, ""}};
    if (der && seen_certificates_.insert(to_bytes(*der)).second) certificates_.push_back({phone, arm, to_bytes(*der)});
  }
  if (!grant) return;
  const auto request_document = cbor::Document::parse(request.body);
  const auto session = request_document ? request_document->root().find("session") : std::nullopt;
  const std::string key = session ? std::string{session->as_text().value_or(std::string_view{})} : "";
  const auto [place, fresh] = grants_.emplace(key, response->body);
  if (!fresh && place->second != response->body) granted_twice_.push_back(key);
}

}  // namespace mitome::ecosystem
