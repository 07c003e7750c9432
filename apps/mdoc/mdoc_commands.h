// `mitome mdoc`: an mdoc issued, presented and verified from files, for scripts and for other people's software.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli.h"

namespace mitome::apps {

struct IssueOptions {
  std::string claims, device_key, issuer_key, issuer_cert, out, at;
};

struct PresentOptions {
  std::string issuer_signed, device_key, request, session_transcript, mac, out, at;
};

struct VerifyOptions {
  std::vector<std::string> trust;
  std::string session_transcript, reader_key, request, response, at;
  bool no_status = false, no_mac = false;
};

// Each does what the command does, prints, and sets cli.exit_code.
void run_mdoc_issue(Cli& cli, const IssueOptions& options);
void run_mdoc_present(Cli& cli, const PresentOptions& options);
void run_mdoc_verify(Cli& cli, const VerifyOptions& options);

}  // namespace mitome::apps
