// Who is logged in at a service. The browser holds a random secret in a cookie; the store holds only its hash, so
// that a copy of
// the store opens no session. All times are the town's.
#pragma once

#include "base/time.h"
#include "crypto/random.h"
#include "protocol/http/web.h"
#include "services/login/gate.h"
#include "services/login/retention.h"
#include "verifier/locked_random.h"

namespace mitome::services {

inline constexpr std::string_view kSessionCookie = "session";
inline constexpr std::string_view kPendingCookie = "pending";
inline constexpr Seconds kPendingLife{600};       ///< from here to the gate and back
inline constexpr Seconds kSessionIdle{30 * 60};   ///< without a request
inline constexpr Seconds kSessionLife{4 * 3600};  ///< at most

/// A login on its way: belongs to the browser that began it, so that nobody can be logged in as somebody else by a
/// link (threats WEB-5).
struct Pending {
  std::string ticket;
  json::Value intent;  ///< what the service wants to do once it knows who it is
};

struct Visitor {
  Bytes key;  ///< of the session's row
  std::string subject, holder;
  json::Value claims;
  Instant ends;  ///< whatever the visitor does until then
};

class Sessions {
 public:
  Sessions(store::Store& store, const Clock& clock, crypto::Random& random)
      : store_(store), clock_(clock), random_(random) {}

  /// The secret for the browser.
  Result<std::string> keep_pending(const Pending& pending);
  /// Once. SESSION_EXPIRED for an unknown, used or old one.
  Result<Pending> take_pending(std::string_view secret);

  /// Always a new secret, whatever the browser had before (session fixation).
  Result<std::string> open(const Arrival& arrival);
  /// By the cookie. LOGIN_REQUIRED without one, SESSION_EXPIRED for one that no longer opens anything.
  Result<Visitor> find(const http::Request& request);
  Result<void> close(const http::Request& request);
  /// REPLAY for a second use.
  Result<void> use_once(const ForgetWish& wish);

  static std::vector<std::string> schema();
  static std::vector<KeptRows> kept();

 private:
  std::string make_secret();
  Result<void> keep_alive(const Visitor& visitor, Instant expires);

  store::Store& store_;
  const Clock& clock_;
  verifier::LockedRandom random_;
};

}  // namespace mitome::services
