// mitome_bench [--rounds N] [--peers FILE] [--folder FOLDER] [PART…]; mitome_bench --export FOLDER
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/bench.h"
#include "bench/measure.h"

int main(int count, char** arguments) {
  using namespace mitome::bench;
  Settings settings;
  bool any = false;
  const std::map<std::string_view, void (*)(const Settings&)> parts = {{"mdoc", run_mdoc},
                                                                       {"certificates", run_certificates},
                                                                       {"status", run_status},
                                                                       {"enrolment", run_enrolment},
                                                                       {"login", run_login},
                                                                       {"face", run_face},
                                                                       {"card", run_card},
                                                                       {"pin", run_pin},
                                                                       {"card-reader", run_card_reader}};
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const bool has_value = i + 1 < count;
    if (argument == "--export" && has_value) {
      export_mdoc(arguments[i + 1]);
      return 0;
    }
    if (argument == "--rounds" && has_value) {
      settings.rounds = std::strtoul(arguments[++i], nullptr, 10);
    } else if (argument == "--peers" && has_value) {
      settings.peers = read_peers(arguments[++i]);
    } else if (argument == "--folder" && has_value) {
      settings.folder = arguments[++i];
    } else if (const auto part = parts.find(argument); part != parts.end()) {
      part->second(settings);
      any = true;
    } else {
      std::fprintf(stderr,
                   "usage: mitome_bench [--rounds N] [--peers FILE] [--folder FOLDER] "
                   "[mdoc|certificates|status|enrolment|login|face|card|pin|card-reader ...]\n");
      return 64;
    }
  }
  if (any) return 0;
  for (const char* name : {"mdoc", "certificates", "status", "enrolment", "login", "face", "card", "pin"})
    parts.at(name)(settings);
  return 0;
}
