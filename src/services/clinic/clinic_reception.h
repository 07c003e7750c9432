// The reception of a clinic: whether somebody is insured, found by the serial of their user authentication
// certificate, and whether
// the doctor may see their medicines and health checks. Several clinics share the software; they differ in what they
// accept.
#pragma once

#include <map>
#include <mutex>

#include "protocol/http/events.h"
#include "services/login/login.h"
#include "services/records/records.h"

namespace mitome::services {

inline constexpr int64_t kMaxVisits = 500;          ///< of one day, all clinics together
inline constexpr Seconds kClerkSession{8 * 3600};

struct ClinicSite {
  std::string id, name, name_ja;
  bool phone = true;  ///< the card is taken everywhere
};

struct ClinicConfig {
  std::string origin;
  std::vector<ClinicSite> sites;
  /// SERVICE_NOT_OPEN_YET, USE_PHYSICAL_CARD; set by the town's directory.
  std::function<Result<void>(std::string_view site, std::string_view holder)> accepts;
  std::string insurer_url;    ///< POST /insured of the authority
  std::string insurer_token;  ///< role insurer
  bool simulated_staff = false;  ///< a button stands for a clerk's own sign-in
};

class ClinicReception {
 public:
  /// All of it must outlive the reception; the store has clinic_schema().
  ClinicReception(ClinicConfig config, Gate& gate, store::Store& store, const Clock& clock, crypto::Random& random,
                  http::HttpClient& network);

  // docs/endpoints.md, clinic: the patient's side
  http::Response sites(const http::Request& request);
  http::Response me(const http::Request& request);
  http::Response forget(const http::Request& request);
  http::Response retention(const http::Request& request);

  // The clerk's side
  http::Response clerk_login(const http::Request& request);
  http::Response clerk_logout(const http::Request& request);
  http::Response clerk_me(const http::Request& request);
  http::Response clerk_visits(const http::Request& request);
  http::Response clerk_visit(const http::Request& request);
  http::Response clerk_close(const http::Request& request);
  http::Response clerk_events(const http::Request& request);

  Login& login() { return login_; }
  Result<int64_t> purge() { return retention_.purge(); }

 private:
  struct Insured {
    std::string number, name, birth_date;
  };
  struct Visit {
    std::string id, site, name, birth_date, insured_number;
    int64_t number;  ///< of the day, called out in the waiting room
    bool insured, medicines, checks;
    std::string holder;
    Instant since;
  };
  Result<json::Value> intend(const json::Value& body);
  Result<std::string> admit(const Arrival& arrival, const json::Value& intent);
  Result<std::optional<Insured>> ask_insurer(const Arrival& arrival);
  Result<void> keep_visit(const Arrival& arrival, const json::Value& intent, const std::optional<Insured>& insured);
  Result<std::vector<Visit>> visits(std::string_view column, const std::string& value);
  Result<const ClinicSite*> site(std::string_view id) const;
  /// The clinic whose clerk this is. LOGIN_REQUIRED, SESSION_EXPIRED; a patient's session is none.
  Result<const ClinicSite*> clerk(const http::Request& request);
  Result<Visit> clerks_visit(const http::Request& request, std::string_view id);
  Result<json::Value> forget_all(const Visitor& visitor);
  json::Value describe(const Visit& visit) const;
  std::shared_ptr<http::EventStream> stream(const std::string& site_id);  // shared: as http::Response wants it
  void tell(const std::string& site_id);

  ClinicConfig config_;
  store::Store& store_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  http::HttpClient& network_;
  Sessions sessions_;
  Login login_;
  Retention retention_;
  std::mutex mutex_;  // over streams_
  std::map<std::string, std::shared_ptr<http::EventStream>> streams_;
};

std::vector<http::Route> routes(ClinicReception& reception);
store::Migrations clinic_schema();

}  // namespace mitome::services
