#include "services/portal/portal.h"

namespace mitome::services {

store::Migrations portal_schema() {
  store::Migrations out{{std::string{store::kSingleUseSchema}}};
  for (auto& part : {Sessions::schema(), Signing::schema()}) out.steps.insert(out.steps.end(), part.begin(),
      part.end());
  out.steps.push_back(
      "CREATE TABLE account(subject TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, birth_date TEXT NOT NULL, registered INTEGER NOT "
      "NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  out.steps.push_back(
      "CREATE TABLE application(id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL, "
      "receipt TEXT UNIQUE, document TEXT NOT NULL, certificate BLOB NOT NULL, signature BLOB NOT NULL, changed INTEGER NOT NULL, "
      "received INTEGER NOT NULL, withdrawn INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  out.steps.push_back("CREATE INDEX application_by_subject ON application(subject)");
  return out;
}

}  // namespace mitome::services
