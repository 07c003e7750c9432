// What the gate keeps, and how long: an interaction is one browser's wish to log in or sign, a wallet request one way to fulfil it,
// a grant what a service may redeem afterwards.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "crypto/random.h"
#include "store/store.h"

namespace mitome::gate {

inline constexpr Seconds kInteractionLife{900};
inline constexpr Seconds kRequestLife{120};  ///< of a QR code or link until a wallet opens it (threats ONL-10)
inline constexpr Seconds kCodeLife{60};
inline constexpr Seconds kTokenLife{300};
inline constexpr Seconds kResultLife{300};   ///< of a signature until its service fetches it

store::Migrations gate_schema();

enum class Kind : uint8_t { kLogin, kSign };

struct Interaction {
  std::string id;
  std::string browser;  ///< what its cookie holds; empty until a browser has come (signing)
  std::string client;
  Kind kind = Kind::kLogin;
  std::string redirect_uri, state;
  std::string nonce, code_challenge;           ///< login
  std::vector<std::string> scopes;             ///< login; beside "openid"
  std::string document, purpose, purpose_ja;   ///< signing
  Bytes sha256;                                ///< signing
  Instant expires;
  bool ended = false;
};

/// "phone" on this device, "qr" for a phone elsewhere, "card" on this computer's reader.
struct WalletRequest {
  std::string id, interaction, way;
  std::string state = "made";  ///< made, opened, good, refused, declined
  std::string reason;          ///< of the refusal
  std::string challenge;       ///< of the verifier, once opened
  std::string holder;          ///< "phone" or "card", when good
  Bytes certificate, signature;
  Bytes response_code;         ///< SHA-256 of it
  Instant expires;
};

/// A finished login: found by the code's SHA-256, then by the access token's.
struct Grant {
  Bytes code;
  std::string client, redirect_uri, code_challenge, nonce, subject, serial, holder;
  std::vector<std::string> scopes;
  Instant authenticated_at, expires;
};

class Records {
 public:
  Records(store::Store& store, crypto::Random& random) : store_(store), random_(random) {}

  /// 128 random bits as text: of ids, cookies and the like.
  std::string fresh();

  /// Gives it an id, and forgets what has ended. LIMIT_EXCEEDED.
  Result<Interaction> open(Interaction interaction, Instant now);
  /// NOT_FOUND. Whatever has become of it.
  Result<Interaction> read(std::string_view id);
  /// NOT_FOUND; REPLAY when it has ended; SESSION_EXPIRED.
  Result<Interaction> find(std::string_view id, Instant now);
  /// The first browser to come; SESSION_BINDING for any other.
  Result<void> bind(const Interaction& interaction, std::string_view browser);
  /// The one end of it; REPLAY for a second. `effect` is part of it.
  Result<void> end(const Interaction& interaction,
                   const std::function<Result<void>(store::Transaction&)>& effect = nullptr);

  Result<WalletRequest> make_request(const Interaction& interaction, std::string_view way, Instant now);
  Result<WalletRequest> find_request(std::string_view id);
  Result<std::optional<WalletRequest>> latest_request(std::string_view interaction);
  /// SESSION_BINDING when no request has that response code.
  Result<WalletRequest> request_of_response_code(std::string_view code);
  /// The one opening; REPLAY for a second.
  Result<void> open_request(const WalletRequest& request, std::string_view challenge);
  Result<void> note_outcome(const WalletRequest& request, std::string_view state, std::string_view reason);
  /// Certificates and signatures of an interaction are gone with them.
  static Result<void> drop_requests(store::Transaction& transaction, const Interaction& interaction);
  /// The one hand-over of a signature, which drops it here; REPLAY for a second.
  Result<WalletRequest> take_result(const Interaction& interaction);
  /// For the transaction in which the challenge is used up.
  static Result<void> note_good(store::Transaction& transaction, const WalletRequest& request);

  static Result<void> add_grant(store::Transaction& transaction, const Grant& grant);
  Result<std::optional<Grant>> find_grant(ByteView code);
  /// The one redemption, which gives out the token; REPLAY for a second, which also takes the token back (RFC 6749 4.1.2).
  Result<void> redeem(const Grant& grant, std::string_view token, Instant now);
  /// The grant of a token that is neither over nor taken back.
  Result<std::optional<Grant>> grant_of_token(std::string_view token, Instant now);
  /// Takes back the tokens of this person at this service.
  Result<void> revoke(std::string_view client, std::string_view subject);

  /// REPLAY for a second use.
  Result<void> use_once(std::string_view kind, std::string_view key, Instant expires);

 private:
  Result<std::optional<WalletRequest>> request_where(std::string_view condition, store::Cell value);
  Result<std::optional<Grant>> grant_where(std::string_view condition, std::vector<store::Cell> values);
  store::Store& store_;
  crypto::Random& random_;
};

/// SHA-256 of a secret that is kept only so.
Bytes hashed(std::string_view secret);

/// "a b" from {"a", "b"} and back.
std::string join_scopes(const std::vector<std::string>& scopes);
std::vector<std::string> split_scopes(std::string_view text);

}  // namespace mitome::gate
