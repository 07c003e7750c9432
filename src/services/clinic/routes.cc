#include "services/clinic/clinic_reception.h"

namespace mitome::services {

std::vector<http::Route> routes(ClinicReception& reception) {
  using Handler = http::Response (ClinicReception::*)(const http::Request&);
  const auto to = [&reception](Handler handler) {
    return [&reception, handler](const http::Request& request) { return (reception.*handler)(request); };
  };
  std::vector<http::Route> all = routes(reception.login());
  for (http::Route& route : std::vector<http::Route>{
           {"GET", "/api/clinics", "anyone", to(&ClinicReception::sites)},
           {"GET", "/api/me", "anyone", to(&ClinicReception::me)},
           {"POST", "/api/forget", "patient", to(&ClinicReception::forget)},
           {"GET", "/api/retention", "anyone", to(&ClinicReception::retention)},
           {"POST", "/api/clerk/login", "clerk, simulated", to(&ClinicReception::clerk_login)},
           {"POST", "/api/clerk/logout", "clerk", to(&ClinicReception::clerk_logout)},
           {"GET", "/api/clerk/me", "anyone", to(&ClinicReception::clerk_me)},
           {"GET", "/api/clerk/visits", "clerk", to(&ClinicReception::clerk_visits)},
           {"GET", "/api/clerk/visit", "clerk", to(&ClinicReception::clerk_visit)},
           {"POST", "/api/clerk/close", "clerk", to(&ClinicReception::clerk_close)},
           {"GET", "/api/clerk/events", "clerk", to(&ClinicReception::clerk_events)},
       })
    all.push_back(std::move(route));
  return all;
}

store::Migrations clinic_schema() {
  store::Migrations out{Sessions::schema()};
  out.steps.push_back(
      "CREATE TABLE visit(id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, site TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT "
      "NOT NULL, insured_number TEXT NOT NULL, number INTEGER NOT NULL, insured INTEGER NOT NULL, medicines INTEGER NOT NULL, checks "
      "INTEGER NOT NULL, holder TEXT NOT NULL, since INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  out.steps.push_back(
      "CREATE TABLE clerk(key BLOB NOT NULL PRIMARY KEY, site TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, "
      "WITHOUT ROWID");
  return out;
}

}  // namespace mitome::services
