// Having something signed with the signing certificate through the gate: the document stays here, the browser goes
// there and
// comes back, and what it comes back with is checked against what was sent.
#pragma once

#include "services/login/sessions.h"

namespace mitome::services {

inline constexpr Seconds kSigningLife{900};

struct ToSign {
  std::string reference;  ///< what is signed here, in the service's own words
  Bytes message;          ///< what is signed
  std::string name;       ///< of the document, as the wallet shows it
  std::string purpose, purpose_ja;
};

struct SignedDocument {
  Bytes key;  ///< for consume()
  std::string reference;
  Bytes message, certificate, signature;
  verifier::FourItems signer;
  std::string holder;
};

class Signing {
 public:
  Signing(Gate& gate, store::Store& store, const Clock& clock) : gate_(gate), store_(store), clock_(clock) {}

  /// The URL to which the browser goes; it comes back to /sign/callback.
  Result<std::string> begin(const Visitor& visitor, const ToSign& what);
  /// Of GET /sign/callback. NOT_FOUND for another visitor's or an old one, REPLAY, PERSON_MISMATCH when somebody else
  /// signed, and the
  /// gate's reasons.
  Result<SignedDocument> collect(const Visitor& visitor, const http::Request& request);
  /// In the transaction of the effect; REPLAY for all but the first.
  static Result<void> consume(store::Transaction& transaction, const SignedDocument& document, Instant now);

  static std::vector<std::string> schema();
  static std::vector<KeptRows> kept();

 private:
  struct Row {
    Bytes key, message;
    std::string reference, ticket;
  };
  Result<Row> find(const Visitor& visitor, std::string_view state);

  Gate& gate_;
  store::Store& store_;
  const Clock& clock_;
};

}  // namespace mitome::services
