#pragma once

#include <map>
#include <string>

namespace mitome::bench {

struct Settings {
  size_t rounds = 21;
  std::map<std::string, double> peers;  ///< "name:work" → microseconds
  std::string folder = ".";             ///< where what must be on a disk is put
};

void run_mdoc(const Settings& settings);
/// Writes what a peer verifies and issues with: the same document, and keys made for this run.
void export_mdoc(const std::string& folder);
void run_certificates(const Settings& settings);
void run_status(const Settings& settings);
void run_enrolment(const Settings& settings);
void run_login(const Settings& settings);
void run_face(const Settings& settings);
void run_card(const Settings& settings);
void run_pin(const Settings& settings);
/// What lies in a reader of this machine, a card of `mitome card new` in vpcd; bench/card_reader.sh puts it there.
void run_card_reader(const Settings& settings);

}  // namespace mitome::bench
