// Likeness is a person's decision (decisions.md 21): the desk compares a few frames of the film with the card's
// photograph. Frames are in memory only, under a key that dies with the process, until the decision and at most 24
// hours; nothing of them is logged or stored.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/http.h"
#include "registry/registry.h"
#include "registry/roles.h"

namespace mitome::issuer {

inline constexpr std::chrono::hours kReviewLife{24};         ///< from when the desk was asked
inline constexpr std::chrono::minutes kUnaskedFilmLife{30};  ///< of frames whose enrolment never came so far
inline constexpr size_t kMaxHeldFilms = 256;                 ///< together about 12 MB
inline constexpr size_t kMaxPictures = 4;                    ///< of one film
inline constexpr size_t kMaxPicture = 256 * 1024;            ///< bytes

struct ReviewConfig {
  /// The town's desk approves by itself after this long, marked as simulated; none: a person decides.
  std::optional<Seconds> auto_approve_after;
};

/// Thread-safe when the random source is.
class Reviews {
 public:
  enum class State : uint8_t { kWaiting, kApproved, kRefused };

  /// All of it must outlive the reviews.
  Reviews(registry::Registry& registry, const Clock& clock, crypto::Random& random, ReviewConfig config);

  /// Keeps frames (PNG) of a judged film until its likeness is decided; `film` names it. LIMIT_EXCEEDED when too many
  /// wait.
  Result<void> hold(ByteView film, const std::vector<Bytes>& pictures);
  /// Is the face of the film this person's? Opens a review when none is open for just this film, person and portrait.
  /// REVIEW_PENDING; FACE_MISMATCH; LIVENESS_FAILED when the film is not held any more.
  Result<void> judge(ByteView film, const registry::Person& person);
  /// Until when the open review of this film can be decided.
  std::optional<Instant> decision_until(ByteView film);

  /// What the desk sees.
  struct Shown {
    std::string id;
    PersonId person;
    Instant opened, expires;
    size_t pictures;  ///< 0 once decided
    State state;
    std::string by;
    bool simulated;
  };
  Result<std::vector<Shown>> list();
  /// "frame-0"… or "portrait"; NOT_FOUND once decided.
  Result<Bytes> picture(std::string_view id, std::string_view which);
  /// NOT_FOUND; TRANSITION_REFUSED when it was decided before. In the event log before it counts.
  Result<void> decide(std::string_view id, bool approve, std::string_view staff, bool simulated);
  void set_automatic(std::optional<Seconds> after);
  std::optional<Seconds> automatic();
  /// Lets time do its part: what is due is approved or forgotten. Every call above does so first.
  Result<void> tick();

 private:
  struct Held {
    std::string id;
    Bytes film;
    std::vector<Bytes> pictures;  ///< sealed
    Instant expires{};
    std::optional<PersonId> person;  ///< once the desk was asked
    crypto::Sha256Digest portrait{};
    Instant opened{};
    State state = State::kWaiting;
    std::string by;
    bool simulated = false;
  };

  Result<void> settle();
  Result<void> conclude(Held& held, bool approve, registry::Who who, std::string_view staff, bool simulated);
  Held* find(ByteView film);
  Result<Bytes> seal(const Held& held, size_t index, ByteView picture);

  registry::Registry& registry_;
  const Clock& clock_;
  crypto::Random& random_;
  std::mutex mutex_;
  crypto::SecretBytes key_;
  std::optional<Seconds> automatic_;
  std::list<Held> held_;  ///< oldest first
};

/// docs/endpoints.md: /reviews… for the role operator. Both must outlive the routes.
std::vector<http::Route> review_routes(Reviews& reviews, registry::Registry& registry, const registry::Roles& roles);

}  // namespace mitome::issuer
