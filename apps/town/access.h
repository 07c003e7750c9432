// The town as a story, a test or a person outside can touch it: addresses to call, cards and phones to hold, a clock to
// move. No actor shows its insides here.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "protocol/apdu/apdu.h"
#include "protocol/http/http.h"

namespace mitome::town {

/// The town's clock: moves only forward (decisions.md 13). It stands where it is put, or runs beside another clock. Safe to use from
/// several threads.
class MovableClock final : public Clock {
 public:
  explicit MovableClock(Instant start) : offset_(to_unix(start)) {}
  /// Shows what `beside` shows, and `ahead` more.
  MovableClock(const Clock& beside, Seconds ahead) : beside_(&beside), offset_(ahead.count()) {}
  Instant now() const override;
  void advance(Seconds by) {
    CHECK(by >= Seconds{0});
    offset_ += by.count();
  }
  /// To the next time that Japan's clocks show this.
  void move_to(int hour, int minute, int second);
  Seconds ahead() const { return Seconds{offset_}; }

 private:
  const Clock* beside_ = nullptr;
  std::atomic<int64_t> offset_;             ///< seconds since 1970, or ahead of the other clock
  mutable std::atomic<int64_t> latest_{0};  ///< what was shown: a machine's clock that is set back stops this one
};

/// Stands on every wire of the town and may record, change, lose or repeat what passes. The default carries faithfully.
class Interceptor {
 public:
  using DeliverHttp = std::function<Result<http::Response>(const http::Request&)>;
  using DeliverApdu = std::function<Result<Bytes>(ByteView)>;
  virtual ~Interceptor() = default;
  virtual Result<http::Response> carry(const http::Request& request, const DeliverHttp& deliver) {
    return deliver(request);
  }
  /// `chip` names the card or phone at the other end.
  virtual Result<Bytes> carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) {
    (void)chip;
    return deliver(command);
  }
};

/// Who calls at the authority with a role's token: staff, services, and the town itself, which tells what it only simulates.
enum class Role : uint8_t { kCity, kHotline, kFindMy, kOperator, kVerifier, kMunicipality, kInsurer, kKiosk, kTown };

/// Roots that a stranger needs to re-check what the town showed, as PEM.
struct TrustPems {
  std::string user_authentication_ca;
  std::string signing_ca;
  std::string iaca;
};

class Access {
 public:
  virtual ~Access() = default;

  /// The way to every place: authority, portal, counter, desk, and phones by their names, each at NAME.localhost.
  virtual http::HttpClient& network() = 0;
  virtual MovableClock& clock() = 0;

  /// A new phone out of its box, reachable at NAME.localhost.
  virtual Result<void> unpack_phone(const std::string& name) = 0;
  /// A card made by the desk (POST desk.localhost/cards), put on a reader: power is cycled.
  virtual Result<std::reference_wrapper<apdu::ApduChannel>> reader(const std::string& card) = 0;
  /// Puts the card to the phone's back, or takes it away.
  virtual void hold_to_phone(const std::string& phone, const std::optional<std::string>& card) = 0;

  virtual std::string token(Role role) const = 0;
  virtual TrustPems trust() const = 0;
};

/// One place of the town and what is said to it.
class Place {
 public:
  Place(http::HttpClient& network, std::string host, std::string token = {})
      : network_(network), host_(std::move(host)), token_(std::move(token)) {}

  Result<json::Value> get(std::string_view path) const;
  Result<json::Value> post(std::string_view path, const json::Value& body = json::Value::object()) const;
  const std::string& host() const { return host_; }

 private:
  http::Request with_token(http::Request request) const;
  http::HttpClient& network_;
  std::string host_;
  std::string token_;
};

}  // namespace mitome::town
