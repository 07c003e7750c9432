// Which phones may hold the card (article A12, A14, A16).
#pragma once

#include <string>

#include "base/result.h"

namespace mitome::issuer {

struct Device {
  std::string model;       ///< "MT-10"
  std::string os;          ///< "18.5" or "18.5.1"
  std::string app;         ///< "3.0"
  std::string biometrics;  ///< "face", "finger" or "none"
};

inline constexpr int kOldestModel = 10;  ///< the MT-10; article A12 has a model of 2018
inline constexpr std::string_view kOldestOs = "18.5";
inline constexpr std::string_view kNewestApp = "3.0";

/// DEVICE_UNSUPPORTED, OS_TOO_OLD, APP_TOO_OLD, BIOMETRICS_NOT_SET_UP, in this order.
Result<void> check_device(const Device& device);

}  // namespace mitome::issuer
