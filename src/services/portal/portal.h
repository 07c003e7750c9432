// The residents' portal: an ordinary client of the gate. It lets people apply for things with their signature and see
// their own
// health checks and medicines, and it keeps only what its page says it keeps.
#pragma once

#include "services/form/form.h"
#include "services/login/login.h"
#include "services/login/signing.h"
#include "services/records/records.h"

namespace mitome::services {

inline constexpr size_t kMaxApplications = 50;         ///< of one person, drafts included
inline constexpr Days kDraftKept{7};                   ///< after its last change
inline constexpr Days kWithdrawnKept{30};
inline constexpr Days kReceivedKept{365};              ///< after the decision
inline constexpr Days kAccountKept{730};               ///< after the last login
inline constexpr std::chrono::hours kUntilReview{1};   ///< from receipt; the office is simulated
inline constexpr std::chrono::hours kUntilDecision{24};

/// One kind of application.
struct ApplicationForm {
  std::string_view kind, title_en, title_ja, about_en, about_ja;
  std::span<const Field> fields;
  /// What no single field can say.
  void (*judge)(const json::Value& values, Date today, CheckedForm& form);
};
std::span<const ApplicationForm> application_forms();
/// NOT_FOUND for another word.
Result<const ApplicationForm*> application_form(std::string_view kind);

struct PortalConfig {
  std::string origin;  ///< "http://portal.localhost:8703"
  /// Whether the portal may be used with a "phone" or a "card" today; set by the town's directory.
  std::function<Result<void>(std::string_view holder)> accepts;
};

class Portal {
 public:
  /// All of it must outlive the portal; the store has portal_schema().
  Portal(PortalConfig config, Gate& gate, store::Store& store, const Clock& clock, crypto::Random& random);

  // docs/endpoints.md, portal
  http::Response me(const http::Request& request);
  http::Response register_start(const http::Request& request);
  http::Response signed_return(const http::Request& request);
  http::Response forms(const http::Request& request);
  http::Response forms_check(const http::Request& request);
  http::Response applications(const http::Request& request);
  http::Response application(const http::Request& request);
  http::Response application_save(const http::Request& request);
  http::Response application_sign(const http::Request& request);
  http::Response application_withdraw(const http::Request& request);
  http::Response health_list(const http::Request& request);
  http::Response health_one(const http::Request& request);
  http::Response medicine_list(const http::Request& request);
  http::Response kept(const http::Request& request);
  http::Response forget(const http::Request& request);
  http::Response retention(const http::Request& request);

  Login& login() { return login_; }
  /// The job that sees to it that nothing is kept longer than said (threats SVC-9); how many rows went.
  Result<int64_t> purge() { return retention_.purge(); }

 private:
  struct Account {
    std::string name;
    Date birth_date;
    Instant registered;
  };
  struct Application {
    std::string id, kind;
    json::Value fields;
    std::string receipt, document;  ///< empty while a draft
    Instant changed, received;
    bool withdrawn = false;
    Instant expires;
  };
  Result<std::string> admit(const Arrival& arrival);
  Result<std::optional<Account>> account(const std::string& subject);
  /// Logged in and registered, else REGISTRATION_REQUIRED.
  Result<std::pair<Visitor, Account>> resident(const http::Request& request);
  Result<Application> find_application(const std::string& subject, std::string_view id);
  Result<std::vector<Application>> list_applications(const std::string& subject);
  Result<std::string> save(const Visitor& visitor, const ApplicationForm& form, const json::Value& values,
      std::string_view id);
  Result<std::string> finish_signed(const http::Request& request);
  Result<void> store_account(const Visitor& visitor, const SignedDocument& document);
  Result<std::string> store_received(const Visitor& visitor, const SignedDocument& document);
  Result<json::Value> withdraw(const http::Request& request);
  Result<json::Value> forget_all(const Visitor& visitor);
  json::Value describe(const Application& application, bool whole) const;
  std::string_view state_of(const Application& application) const;
  std::string application_text(const Application& application, const Account& who) const;

  PortalConfig config_;
  store::Store& store_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  Sessions sessions_;
  Login login_;
  Signing signing_;
  Retention retention_;
};

std::vector<http::Route> routes(Portal& portal);
store::Migrations portal_schema();

}  // namespace mitome::services
