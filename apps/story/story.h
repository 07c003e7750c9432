// The main job, played: a card goes into a phone, the phone is accepted, lost, found and replaced. Touches the town
// only through endpoints and APDU channels.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/story/narrator.h"
#include "apps/town/access.h"

namespace mitome::story {

/// A synthetic person with what only that person has or knows.
struct Holder {
  std::string name;
  std::string birth_date;       ///< 19800217
  std::string card;             ///< the card's name at the desk
  std::string portrait_sha256;  ///< what the camera sees, base64url
  std::string face;             ///< what the sensor sees, base64url
};

class Story {
 public:
  Story(town::Access& town, Narrator& narrator);

  struct Step {
    Text title;
    Result<void> (Story::*play)();
  };
  static const std::vector<Step>& steps();

  /// Plays one step, 1 to steps().size(). The error says what came out otherwise than it must.
  Result<void> play(size_t number);

 private:
  // Step by step, in story_*.cc.
  Result<void> card_is_issued();
  Result<void> phone_enrols();
  Result<void> hours_of_activation();
  Result<void> login_and_signature();
  Result<void> age_at_the_counter();
  Result<void> card_beside_phone();
  Result<void> phone_is_lost();
  Result<void> phone_is_found();
  Result<void> phone_is_replaced();
  Result<void> endings_and_refusals();

  // Deeds that several steps share.
  Result<Holder> issue_card(const json::Value& person);
  Result<json::Value> enrol(const std::string& phone, const Holder& holder);
  Result<void> enrol_until_card_is_read(const std::string& phone, const Holder& holder);
  Result<json::Value> login_with_phone(const std::string& phone, const Holder& holder);
  Result<json::Value> login_with_card(const Holder& holder);
  Result<json::Value> sign_with_phone(const std::string& phone, const Holder& holder, std::string_view document);
  Result<json::Value> prove_age(const std::string& phone, const Holder& holder);

  town::Place place(const std::string& host) const { return {town_.network(), host + ".localhost"}; }
  town::Place authority(town::Role role) const { return {town_.network(), "authority.localhost", town_.token(role)}; }

  // Telling and expecting.
  void tell(Text sent, Text checked_by, std::string verdict, std::string reason = "");
  /// The report must say good; it is told either way.
  Result<void> expect_good(const Text& sent, const Text& checked_by, const Result<json::Value>& report);
  /// The report, or the refusal of the call itself, must carry this reason.
  Result<void> expect_reason(const Text& sent, const Text& checked_by, const Result<json::Value>& report,
                             Reason reason);

  town::Access& town_;
  Narrator& narrator_;
  std::optional<Holder> holder_;
  std::string signing_serial_;  ///< of the phone's signing certificate, before it is lost
};

}  // namespace mitome::story
