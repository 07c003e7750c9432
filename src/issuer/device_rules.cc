#include "issuer/device_rules.h"

#include <charconv>
#include <vector>

namespace mitome::issuer {
namespace {

/// "18.5.1" as numbers; empty when it is no version.
std::vector<int> version_numbers(std::string_view text) {
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    int number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || number < 0 || numbers.size() == 4) return {};
    numbers.push_back(number);
    if (next == end) return numbers;
    if (*next != '.') return {};
    at = next + 1;
  }
}

bool at_least(std::string_view version, std::string_view minimum) {
  const std::vector<int> seen = version_numbers(version);
  return !seen.empty() && seen >= version_numbers(minimum);
}

int model_number(std::string_view model) {
  if (!model.starts_with("MT-")) return -1;
  const std::vector<int> number = version_numbers(model.substr(3));
  return number.size() == 1 ? number[0] : -1;
}

}  // namespace

Result<void> check_device(const Device& device) {
  if (model_number(device.model) < kOldestModel) return Error{Reason::DEVICE_UNSUPPORTED, "MT-10 or newer"};
  if (!at_least(device.os, kOldestOs)) return Error{Reason::OS_TOO_OLD, std::string{kOldestOs} + " or newer"};
  if (!at_least(device.app, kNewestApp)) return Error{Reason::APP_TOO_OLD, "the newest is " + std::string{kNewestApp}};
  if (device.biometrics != "face" && device.biometrics != "finger") return Error{Reason::BIOMETRICS_NOT_SET_UP, ""};
  return {};
}

}  // namespace mitome::issuer
