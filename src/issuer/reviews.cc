#include "issuer/reviews.h"

#include <algorithm>

#include "base/hex.h"
#include "crypto/aead.h"

namespace mitome::issuer {
namespace {

constexpr size_t kNonceSize = 12, kKeySize = 32, kIdSize = 16;
constexpr std::string_view kFrame = "frame-";

Bytes label(std::string_view id, size_t index) { return to_bytes(std::string{id} + "/" + std::to_string(index)); }

}  // namespace

Reviews::Reviews(registry::Registry& registry, const Clock& clock, crypto::Random& random, ReviewConfig config)
    : registry_(registry),
      clock_(clock),
      random_(random),
      key_(random.bytes(kKeySize)),
      automatic_(config.auto_approve_after) {}

Result<Bytes> Reviews::seal(const Held& held, size_t index, ByteView picture) {
  const Bytes nonce = random_.bytes(kNonceSize);
  TRY_ASSIGN(const Bytes sealed, crypto::aes_gcm_seal(key_.reveal(), nonce, label(held.id, index), picture));
  return concat({nonce, sealed});
}

Reviews::Held* Reviews::find(ByteView film) {
  const auto found = std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return equal(held.film, film); });
  return found == held_.end() ? nullptr : &*found;
}

Result<void> Reviews::hold(ByteView film, const std::vector<Bytes>& pictures) {
  const std::lock_guard lock{mutex_};
  TRY(settle());
  if (pictures.empty() || pictures.size() > kMaxPictures) return Error{Reason::LIMIT_EXCEEDED, "pictures of one film"};
  if (find(film) != nullptr) return {};  // the same film again
  if (held_.size() >= kMaxHeldFilms) {
    // Who only films gives way to who is waiting for the desk.
    const auto unasked = std::find_if(held_.begin(), held_.end(), [](const Held& held) { return !held.person; });
    if (unasked == held_.end()) return Error{Reason::LIMIT_EXCEEDED, "films waiting for the desk"};
    held_.erase(unasked);
  }
  Held held;
  held.id = to_hex(random_.bytes(kIdSize));
  held.film = to_bytes(film);
  held.expires = clock_.now() + kUnaskedFilmLife;
  for (const Bytes& picture : pictures) {
    if (picture.size() > kMaxPicture) return Error{Reason::LIMIT_EXCEEDED, "picture over 256 KiB"};
    TRY_ASSIGN(Bytes sealed, seal(held, held.pictures.size(), picture));
    held.pictures.push_back(std::move(sealed));
  }
  held_.push_back(std::move(held));
  return {};
}

Result<void> Reviews::judge(ByteView film, const registry::Person& person) {
  const std::lock_guard lock{mutex_};
  TRY(settle());
  Held* held = find(film);
  if (held == nullptr) return Error{Reason::LIVENESS_FAILED, "the film is not held any more: film the movement again"};
  const crypto::Sha256Digest portrait = crypto::sha256(person.facts.portrait);
  if (!held->person) {
    held->person = person.id;
    held->portrait = portrait;
    held->opened = clock_.now();
    held->expires = held->opened + kReviewLife;
  }
  // A decision is about one face and one photograph, and good for no other.
  if (*held->person != person.id || held->portrait != portrait)
    return Error{Reason::FACE_MISMATCH, "the film was shown to the desk for another card"};
  switch (held->state) {
    case State::kWaiting:
      return Error{Reason::REVIEW_PENDING, ""};
    case State::kRefused:
      return Error{Reason::FACE_MISMATCH, "the desk has compared them"};
    case State::kApproved:
      return {};
  }
  CHECK(false);
}

std::optional<Instant> Reviews::decision_until(ByteView film) {
  const std::lock_guard lock{mutex_};
  const Held* held = find(film);
  if (held == nullptr || !held->person) return std::nullopt;
  return held->expires;
}

Result<void> Reviews::settle() {
  const Instant now = clock_.now();
  held_.remove_if([&](const Held& held) { return held.expires <= now; });
  if (!automatic_) return {};
  for (Held& held : held_) {
    if (held.person && held.state == State::kWaiting && held.opened + *automatic_ <= now)
      TRY(conclude(held, true, registry::kSystem, "automatic approval of the town", true));
  }
  return {};
}

Result<void> Reviews::conclude(Held& held, bool approve, registry::Who who, std::string_view staff, bool simulated) {
  const std::string name = std::string{staff} + (simulated ? " (simulated)" : "");
  TRY(registry_.record_likeness(*held.person, approve, who, name));
  held.pictures.clear();
  held.state = approve ? State::kApproved : State::kRefused;
  held.by = staff;
  held.simulated = simulated;
  return {};
}

Result<std::vector<Reviews::Shown>> Reviews::list() {
  const std::lock_guard lock{mutex_};
  TRY(settle());
  std::vector<Shown> out;
  for (const Held& held : held_) {
    if (!held.person) continue;
    out.push_back(
        {held.id, *held.person, held.opened, held.expires, held.pictures.size(), held.state, held.by, held.simulated});
  }
  return out;
}

Result<Bytes> Reviews::picture(std::string_view id, std::string_view which) {
  const std::lock_guard lock{mutex_};
  TRY(settle());
  for (const Held& held : held_) {
    if (held.id != id || !held.person || held.state != State::kWaiting) continue;
    if (which == "portrait") {
      TRY_ASSIGN(const registry::Person person, registry_.person(*held.person));
      return person.facts.portrait;
    }
    for (size_t i = 0; i < held.pictures.size(); ++i) {
      if (which != std::string{kFrame} + std::to_string(i)) continue;
      const ByteView sealed = held.pictures[i];
      return crypto::aes_gcm_open(key_.reveal(), sealed.first(kNonceSize), label(id, i), sealed.subspan(kNonceSize));
    }
  }
  return Error{Reason::NOT_FOUND, "no such picture, or decided"};
}

Result<void> Reviews::decide(std::string_view id, bool approve, std::string_view staff, bool simulated) {
  const std::lock_guard lock{mutex_};
  TRY(settle());
  const auto found =
      std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return held.person && held.id == id; });
  if (found == held_.end()) return Error{Reason::NOT_FOUND, "no such review"};
  if (found->state != State::kWaiting) return Error{Reason::TRANSITION_REFUSED, "decided before"};
  return conclude(*found, approve, registry::kIssuer, staff, simulated);
}

void Reviews::set_automatic(std::optional<Seconds> after) {
  const std::lock_guard lock{mutex_};
  automatic_ = after;
}

std::optional<Seconds> Reviews::automatic() {
  const std::lock_guard lock{mutex_};
  return automatic_;
}

Result<void> Reviews::tick() {
  const std::lock_guard lock{mutex_};
  return settle();
}

}  // namespace mitome::issuer
