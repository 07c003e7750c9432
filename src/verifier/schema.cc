#include "verifier/schema.h"

namespace mitome::verifier {

store::Migrations verifier_schema() {
  return {{std::string{store::kSingleUseSchema},
           "CREATE TABLE challenge(id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, origin TEXT NOT NULL, nonce BLOB "
           "NOT NULL, "
           "content BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID",
           "CREATE INDEX challenge_by_expiry ON challenge(expires)"}};
}

}  // namespace mitome::verifier
