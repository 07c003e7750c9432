// How far two eyes are open over time, and whether that was a blink.
#pragma once

#include <vector>

namespace mitome::issuer {

/// One number a frame, each the darkness found in a patch of the face: iris, pupil and lashes of an open eye are dark,
/// a lid is not.
struct OpennessProfile {
  std::vector<double> left, right;  ///< eyes, by their place in the picture
  std::vector<double> rest;         ///< the mouth: what changes here too is no blink
};

/// 0 (nothing) to 1: the part of both eyes' openness that was lost at once and came back. Not counted: what one eye did
/// alone, what the rest of the face did too, eyes that stayed shut.
double blink_depth(const OpennessProfile& profile);

}  // namespace mitome::issuer
