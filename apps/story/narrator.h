// Tells the story: steps, and under each what was sent, who checked it, the verdict and its reason.
#pragma once

#include <string>
#include <vector>

#include "apps/cli.h"
#include "base/result.h"

namespace mitome::story {

/// The same words in both languages.
struct Text {
  std::string en;
  std::string ja;
};

/// One thing that happened, with its evidence.
struct Event {
  Text sent;            ///< what went over which wire
  Text checked_by;      ///< who judged it
  std::string verdict;  ///< "good", "refused", "unavailable", "done"
  std::string reason;   ///< a reason code, or empty
};

class Narrator {
 public:
  Narrator(const apps::Cli& cli, size_t steps);
  void introduce(std::string_view clock_text);
  void begin(size_t number, const Text& title, std::string_view clock_text);
  void happened(const Event& event);
  void end_step(bool as_expected, const std::string& detail);
  void end_story(bool as_expected, size_t steps_good, double seconds, std::string_view evidence_folder);

 private:
  std::string_view in_language(const Text& text) const;
  const apps::Cli& cli_;
  size_t steps_;
  size_t step_ = 0;
  bool colour_;
};

}  // namespace mitome::story
