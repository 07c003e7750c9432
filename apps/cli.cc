#include "apps/cli.h"

#include <cstdio>

namespace mitome::apps {
namespace {

void write_line(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  std::fflush(to);
}

/// The one detail that everybody has to understand; the others are for whoever looks for the cause.
std::string detail_in(std::string detail, Language language) {
  constexpr std::string_view kLeft = "tries left: ";
  const size_t at = detail.find(kLeft);
  if (language == Language::kJapanese && at != std::string::npos) detail.replace(at, kLeft.size(), "残り回数: ");
  return detail;
}

}  // namespace

int exit_code_of(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kGood:
      return 0;
    case ReasonKind::kRefused:
      return 1;
    case ReasonKind::kUnavailable:
      return 2;
    case ReasonKind::kUsage:
      return 64;
  }
  return 64;
}

void Cli::print(const json::Value& value, std::string_view text) const {
  if (json)
    write_line(stdout, value.dump());
  else if (!text.empty())
    write_line(stdout, text);
}

void Cli::fail(const Error& error) {
  const ReasonInfo& info = reason_info(error.reason);
  exit_code = exit_code_of(info.kind);
  if (json) {
    write_line(stdout, error_json(error, language).dump());
    return;
  }
  std::string text = "mitome: ";
  text += info.code;
  text += ": ";
  text += say(info.en, info.ja);
  if (!error.detail.empty()) text += " (" + detail_in(error.detail, language) + ")";
  if (const std::string_view next = say(info.next_en, info.next_ja); !next.empty()) {
    text += "\n  ";
    text += say("What to do: ", "次にすること: ");
    text += next;
  }
  write_line(stderr, text);
}

json::Value error_json(const Error& error, Language language) {
  const ReasonInfo& info = reason_info(error.reason);
  const bool japanese = language == Language::kJapanese;
  return json::Value::object({{"reason", info.code},
                              {"message", japanese ? info.ja : info.en},
                              {"next", japanese ? info.next_ja : info.next_en},
                              {"detail", error.detail}});
}

}  // namespace mitome::apps
