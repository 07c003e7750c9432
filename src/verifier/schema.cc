#include "verifier/schema.h"

#include "verifier/room.h"

namespace mitome::verifier {

store::Migrations verifier_schema() {
  store::Migrations schema{
      {std::string{store::kSingleUseSchema},
       "CREATE TABLE challenge(id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, origin TEXT NOT NULL, nonce BLOB "
       "NOT NULL, "
       "content BLOB NOT NULL, expires INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID",
       "CREATE INDEX challenge_by_expiry ON challenge(expires)"}};
  for (std::string& step : room_steps("challenge")) schema.steps.push_back(std::move(step));
  return schema;
}

}  // namespace mitome::verifier
