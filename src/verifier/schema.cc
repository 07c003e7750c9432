#include "verifier/schema.h"

namespace mitome::verifier {

store::Migrations verifier_schema() {
  return {{std::string{store::kSingleUseSchema},
           "CREATE TABLE challenge(id BLOB PRIMARY KEY, kind TEXT NOT NULL, message BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID"}};
}

}  // namespace mitome::verifier
