#pragma once

#include <string>

#include "credential/mdoc/issue.h"
#include "issuer/profile.h"

namespace mitome::issuer {

inline constexpr std::string_view kDocType = "org.iso.23220.1.jp.mnc";
inline constexpr std::string_view kJapanNameSpace = "org.iso.23220.1.jp", kIsoNameSpace = "org.iso.23220.1";
/// The ages that the card can prove one by one.
inline constexpr int kProvableAges[] = {15, 18, 20, 65};

/// The elements of the card in the phone (domain.md 3.1), ages as of `on` (a day in Japan).
Result<mdoc::Claims> person_claims(const FourItems& items, std::string_view my_number, ByteView portrait, Date on);

}  // namespace mitome::issuer
