#include "services/tax/tax_office.h"

namespace mitome::services {

std::vector<http::Route> routes(TaxOffice& office) {
  using Handler = http::Response (TaxOffice::*)(const http::Request&);
  const auto to = [&office](Handler handler) {
    return [&office, handler](const http::Request& request) { return (office.*handler)(request); };
  };
  std::vector<http::Route> all = routes(office.login());
  for (http::Route& route : std::vector<http::Route>{
           {"GET", "/api/me", "anyone", to(&TaxOffice::me)},
           {"GET", "/api/form", "anyone", to(&TaxOffice::form)},
           {"POST", "/api/calculate", "visitor", to(&TaxOffice::calculate)},
           {"POST", "/api/returns", "visitor", to(&TaxOffice::save)},
           {"GET", "/api/returns", "visitor", to(&TaxOffice::returns)},
           {"GET", "/api/return", "visitor", to(&TaxOffice::one_return)},
           {"POST", "/api/returns/sign", "visitor", to(&TaxOffice::sign)},
           {"GET", "/sign/callback", "browser", to(&TaxOffice::signed_return)},
           {"GET", "/api/return.json", "visitor", to(&TaxOffice::download_return)},
           {"GET", "/api/return.p7s", "visitor", to(&TaxOffice::download_signature)},
           {"POST", "/api/forget", "visitor", to(&TaxOffice::forget)},
           {"GET", "/api/retention", "anyone", to(&TaxOffice::retention)},
       })
    all.push_back(std::move(route));
  return all;
}

store::Migrations tax_schema() {
  store::Migrations out{{std::string{store::kSingleUseSchema}}};
  for (auto& part : {Sessions::schema(), Signing::schema()}) out.steps.insert(out.steps.end(), part.begin(),
      part.end());
  out.steps.push_back(
      "CREATE TABLE tax_return(id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, receipt TEXT UNIQUE, fields TEXT NOT NULL, "
      "document BLOB NOT NULL, signature BLOB NOT NULL, changed INTEGER NOT NULL, filed INTEGER NOT NULL, expires INTEGER NOT NULL) "
      "STRICT, WITHOUT ROWID");
  out.steps.push_back("CREATE INDEX tax_return_by_subject ON tax_return(subject)");
  return out;
}

}  // namespace mitome::services
