// The synthetic medical records of a synthetic person: health checks and dispensed medicines, as an insurer would
// keep them. Nothing
// is stored: the same person always has the same records, worked out from name and birth date, wherever they are shown.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"

namespace mitome::services {

struct RecordsOf {
  std::string name;
  Date birth_date;
};

/// One value of a health check with its range of reference.
struct Measured {
  std::string_view code, en, ja, unit;
  int64_t tenths;          ///< the value in tenths of the unit
  int64_t low, high;       ///< reference in tenths; -1: open on this side
  bool whole;              ///< shown without a decimal
  bool outside() const { return (low >= 0 && tenths < low) || (high >= 0 && tenths > high); }
};

struct HealthCheck {
  std::string id;  ///< names this person's check and nobody else's
  Date day;
  std::string_view place_en, place_ja;
  std::vector<Measured> values;
};

struct Dispensed {
  std::string id;
  Date day;
  std::string_view pharmacy_en, pharmacy_ja;
  std::string_view medicine_en, medicine_ja;  ///< generic ingredient
  std::string_view form_en, form_ja;          ///< "tablet 5 mg"
  std::string_view use_en, use_ja;            ///< "one tablet after breakfast"
  int days;
};

/// Checks of the last five years, newest first; none for a child.
std::vector<HealthCheck> health_checks(const RecordsOf& person, Date today);
/// The last twelve months, newest first. May be empty.
std::vector<Dispensed> medicines(const RecordsOf& person, Date today);

json::Value to_json(const HealthCheck& check);
json::Value to_json(const Dispensed& dispensed);

}  // namespace mitome::services
