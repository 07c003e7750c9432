// Where it works: which shop, municipality and clinic takes a phone, and from when. All of it invented; the dates are the article's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"

namespace mitome::services {

enum class Holder : uint8_t { kPhone, kCard };
Result<Holder> holder_from_name(std::string_view name);  ///< "phone", "card"; MALFORMED
std::string_view name_of(Holder holder);

struct Chain {
  std::string id, name, name_ja;
  bool phone = true;                    ///< the card is taken everywhere
  std::vector<std::string> pin_resets;  ///< "auth", "sign": which PIN its kiosks set anew
};
struct Shop {
  std::string id, chain, name, name_ja;
};
struct Municipality {
  std::string id, name, name_ja, head_ja;
  bool phone = true;
  std::vector<std::string> documents;  ///< "residence", "seal"
  std::string address_part;            ///< what the addresses of its residents hold
};
struct Clinic {
  std::string id, name, name_ja;
  bool phone = true;
};
/// A way of using the phone, and its first day.
struct Opening {
  std::string service, name, name_ja;
  Date from;
};

/// Hours of every kiosk, Japan time: [06:30, 23:00).
inline constexpr Seconds kKioskOpens{6 * 3600 + 30 * 60}, kKioskCloses{23 * 3600};

class Directory {
 public:
  Directory();  ///< the town's

  const std::vector<Chain>& chains() const { return chains_; }
  const std::vector<Shop>& shops() const { return shops_; }
  const std::vector<Municipality>& municipalities() const { return municipalities_; }
  const std::vector<Clinic>& clinics() const { return clinics_; }
  const std::vector<Opening>& openings() const { return openings_; }

  // Each NOT_FOUND for a name that is not here.
  Result<Shop> shop(std::string_view id) const;
  Result<Chain> chain_of(const Shop& shop) const;
  Result<Municipality> municipality(std::string_view id) const;
  Result<Municipality> municipality_at(std::string_view address) const;  ///< MUNICIPALITY_NOT_SERVED
  Result<Clinic> clinic(std::string_view id) const;

  /// SERVICE_NOT_OPEN_YET with the first day in the detail: "portal", "kiosk", "clinic", "tax".
  Result<void> check_open(std::string_view service, Instant now) const;
  /// KIOSK_CLOSED outside the hours.
  static Result<void> check_hours(Instant now);
  /// Whether a kiosk of this shop takes this: USE_PHYSICAL_CARD, SERVICE_NOT_OPEN_YET.
  Result<void> check_shop(const Shop& shop, Holder holder, Instant now) const;
  /// Whether this municipality gives out this document for it: USE_PHYSICAL_CARD, MUNICIPALITY_NOT_SERVED.
  static Result<void> check_municipality(const Municipality& municipality, std::string_view document, Holder holder);
  /// Whether a clinic takes this: USE_PHYSICAL_CARD, SERVICE_NOT_OPEN_YET.
  Result<void> check_clinic(const Clinic& clinic, Holder holder, Instant now) const;

  json::Value to_json(Instant now) const;

 private:
  std::vector<Chain> chains_;
  std::vector<Shop> shops_;
  std::vector<Municipality> municipalities_;
  std::vector<Clinic> clinics_;
  std::vector<Opening> openings_;
};

}  // namespace mitome::services
