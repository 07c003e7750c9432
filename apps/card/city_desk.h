// The city's counter: a blank chip, a person, the authority's grant, a card.
#pragma once

#include <string>

#include "apps/card/person.h"
#include "card/card_image.h"
#include "protocol/http/http.h"

namespace mitome::apps {

struct IssuedCard {
  std::string card;  ///< the registry's name of it
  std::string person;
  Bytes auth_certificate;
  std::optional<Bytes> sign_certificate;
  std::string number_b;  ///< 照合番号B, which its face shows: era year, month, day, year of expiry, security code
};

/// What the holder has to know.
struct CardSecrets {
  crypto::Pin auth, text, juki;
  std::optional<crypto::Pin> sign;  ///< there exactly when the grant has a signing certificate
};

/// EF 0001 to 0005 of the text application, out of an answer of the authority. MALFORMED.
struct TextFileSet {
  jpki::TextFiles files;
  Bytes version;
};
Result<TextFileSet> text_file_set(const json::Value& answer);

/// Writes what the authority granted for the keys in this chip.
Result<IssuedCard> personalise_card(const json::Value& grant, CardSecrets secrets, card::Platform& chip);

/// Under 15 on this day, and wards, get no signing certificate (article A57).
bool gets_signing_certificate(const Person& person, Instant now);

/// Makes the keys in the chip, asks POST authority/city/cards with the city's token, and writes everything in. Errors
/// of the authority as they are; MALFORMED when its answer cannot be read.
Result<IssuedCard> issue_card(http::HttpClient& network, const std::string& authority, const std::string& city_token,
                              const Person& person, card::Platform& chip, Instant now);

}  // namespace mitome::apps
