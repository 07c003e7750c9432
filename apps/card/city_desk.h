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
};

/// Makes the keys in the chip, asks POST authority/city/cards with the city's token, and writes everything in. Errors
/// of the authority as they are; MALFORMED when its answer cannot be read.
Result<IssuedCard> issue_card(http::HttpClient& network, const std::string& authority, const std::string& city_token,
                              const Person& person, card::Platform& chip, Instant now);

}  // namespace mitome::apps
