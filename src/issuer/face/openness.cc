#include "issuer/face/openness.h"

#include <algorithm>
#include <cmath>

namespace mitome::issuer {
namespace {

double percentile(std::vector<double> values, double part) {
  const size_t at = std::min(values.size() - 1, static_cast<size_t>(part * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

/// What is lost of the usual value, as a part of it; neighbouring frames averaged, since one frame alone is noise.
std::vector<double> losses(const std::vector<double>& values, double usual) {
  std::vector<double> out;
  for (size_t i = 0; i + 1 < values.size(); ++i)
    out.push_back(1 - (values[i] + values[i + 1]) / 2 / std::max(usual, 1e-6));
  return out;
}

}  // namespace

double blink_depth(const OpennessProfile& profile) {
  if (profile.left.size() < 3) return 0;
  const std::vector<double> left = losses(profile.left, percentile(profile.left, 0.7));
  const std::vector<double> right = losses(profile.right, percentile(profile.right, 0.7));
  const std::vector<double> rest = losses(profile.rest, percentile(profile.rest, 0.5));
  double deepest = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    const auto both = [&](size_t at) { return std::min(left[at], right[at]); };
    // Open before and after: the least loss on each side.
    double before = 1, after = 1;
    for (size_t j = 0; j < i; ++j) before = std::min(before, std::max(left[j], right[j]));
    for (size_t j = i + 1; j < left.size(); ++j) after = std::min(after, std::max(left[j], right[j]));
    deepest = std::max(deepest, both(i) - std::max({before, after, 0.0}) - std::abs(rest[i]));
  }
  return deepest;
}

}  // namespace mitome::issuer
