// The tax office: an ordinary client of the gate that takes returns signed with the signing certificate. What is
// filed is canonical
// JSON and a detached CMS SignedData over exactly its bytes, which anybody can verify with the signing CA alone.
#pragma once

#include "credential/x509/certificate.h"
#include "services/form/form.h"
#include "services/login/login.h"
#include "services/login/signing.h"
#include "services/tax/assessment.h"

namespace mitome::services {

inline constexpr int kTaxYear = 2025;
inline constexpr Days kReturnDraftKept{30};
inline constexpr Days kReturnKept{7 * 365};  ///< as long as a return can be corrected (General Rules art. 70)
inline constexpr int64_t kMaxReturns = 20;   ///< of one person

struct TaxConfig {
  std::string origin;
  std::function<Result<void>()> open;                            ///< SERVICE_NOT_OPEN_YET before the filing season of 2026
  std::function<Result<void>(std::string_view holder)> accepts;  ///< "phone" or "card"
};

std::span<const Field> tax_fields();
/// The form's values as numbers; what no single field can say becomes an error beside its field.
TaxInput read_tax_input(CheckedForm& form);
/// RFC 8785 (JCS) of a value of objects, arrays, strings and whole numbers: members sorted, nothing between.
std::string canonical_json(const json::Value& value);

class TaxOffice {
 public:
  /// All of it must outlive the office; the store has tax_schema().
  TaxOffice(TaxConfig config, Gate& gate, store::Store& store, const Clock& clock, crypto::Random& random);

  // docs/endpoints.md, tax office
  http::Response me(const http::Request& request);
  http::Response form(const http::Request& request);
  http::Response calculate(const http::Request& request);
  http::Response save(const http::Request& request);
  http::Response sign(const http::Request& request);
  http::Response signed_return(const http::Request& request);
  http::Response returns(const http::Request& request);
  http::Response one_return(const http::Request& request);
  http::Response download_return(const http::Request& request);
  http::Response download_signature(const http::Request& request);
  http::Response forget(const http::Request& request);
  http::Response retention(const http::Request& request);

  Login& login() { return login_; }
  Result<int64_t> purge() { return retention_.purge(); }

 private:
  struct Filing {
    std::string id, receipt;  ///< no receipt while a draft
    json::Value fields;
    Bytes document, signature;  ///< canonical JSON; CMS
    Instant changed, filed, expires;
  };
  Result<std::vector<Filing>> list(const std::string& subject);
  Result<Filing> find(const std::string& subject, std::string_view id);
  Result<Filing> find_asked(const http::Request& request);
  Result<std::string> store_draft(const Visitor& visitor, const json::Value& values);
  Result<json::Value> begin_signing(const http::Request& request);
  Result<std::string> file(const http::Request& request);
  Result<json::Value> forget_all(const Visitor& visitor);
  std::string return_document(const Filing& filing, const Visitor& visitor) const;
  json::Value describe(const Filing& filing) const;

  TaxConfig config_;
  store::Store& store_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  Sessions sessions_;
  Login login_;
  Signing signing_;
  Retention retention_;
};

std::vector<http::Route> routes(TaxOffice& office);
store::Migrations tax_schema();

}  // namespace mitome::services
