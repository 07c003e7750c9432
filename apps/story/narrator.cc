#include "apps/story/narrator.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace mitome::story {
namespace {

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

constexpr std::string_view kBold = "\x1b[1m", kGreen = "\x1b[32m", kYellow = "\x1b[33m", kRed = "\x1b[31m",
                           kDim = "\x1b[2m", kPlain = "\x1b[0m";

std::string_view colour_of(std::string_view verdict) {
  if (verdict == "good" || verdict == "done") return kGreen;
  return kYellow;
}

}  // namespace

Narrator::Narrator(const apps::Cli& cli, size_t steps)
    : cli_(cli), steps_(steps), colour_(isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

std::string_view Narrator::in_language(const Text& text) const { return cli_.japanese() ? text.ja : text.en; }

void Narrator::introduce(std::string_view clock_text) {
  if (cli_.json) {
    put(json::Value::object({{"event", "begin"}, {"steps", static_cast<int64_t>(steps_)}, {"clock", clock_text}})
            .dump() +
        "\n");
    return;
  }
  put(std::string{
      cli_.say("The life of a phone card. Synthetic persons, a test hierarchy, a clock that the story moves.\n",
               "スマートフォンのカードの一生。架空の人物、試験用の認証局、物語が動かす時計で行います。\n")});
}

void Narrator::begin(size_t number, const Text& title, std::string_view clock_text) {
  step_ = number;
  if (cli_.json) {
    put(json::Value::object({{"event", "step"},
                             {"step", static_cast<int64_t>(number)},
                             {"title", in_language(title)},
                             {"clock", clock_text}})
            .dump() +
        "\n");
    return;
  }
  char head[32];
  std::snprintf(head, sizeof head, "[%2zu/%zu] ", number, steps_);
  std::string line = "\n";
  if (colour_) line += kBold;
  line += head;
  line += in_language(title);
  if (colour_) line += kPlain;
  if (colour_) line += kDim;
  line += "  (";
  line += clock_text;
  line += ")";
  if (colour_) line += kPlain;
  put(line + "\n");
}

void Narrator::happened(const Event& event) {
  if (cli_.json) {
    put(json::Value::object({{"event", "evidence"},
                             {"step", static_cast<int64_t>(step_)},
                             {"sent", in_language(event.sent)},
                             {"checked_by", in_language(event.checked_by)},
                             {"verdict", event.verdict},
                             {"reason", event.reason}})
            .dump() +
        "\n");
    return;
  }
  std::string line = "   ";
  line += in_language(event.sent);
  line += "\n      ";
  line += in_language(event.checked_by);
  line += ": ";
  if (colour_) line += colour_of(event.verdict);
  line += event.verdict;
  const bool has_reason = !event.reason.empty() && event.reason != reason_code(Reason::GOOD);
  if (has_reason) line += " " + event.reason;
  if (colour_) line += kPlain;
  if (const auto reason = reason_from_code(event.reason); has_reason && reason) {
    const ReasonInfo& info = reason_info(*reason);
    line += " (";
    line += cli_.say(info.en, info.ja);
    line += ")";
  }
  put(line + "\n");
}

void Narrator::end_step(bool as_expected, const std::string& detail) {
  if (cli_.json) {
    put(json::Value::object({{"event", "step_end"},
                             {"step", static_cast<int64_t>(step_)},
                             {"as_expected", as_expected},
                             {"detail", detail}})
            .dump() +
        "\n");
    return;
  }
  if (as_expected) return;
  std::string line = "   ";
  if (colour_) line += kRed;
  line += cli_.say("this step did not come out as it must: ", "この段階は予定どおりになりませんでした: ");
  line += detail;
  if (colour_) line += kPlain;
  put(line + "\n");
}

void Narrator::end_story(bool as_expected, size_t steps_good, double seconds, std::string_view evidence_folder) {
  if (cli_.json) {
    put(json::Value::object({{"event", "end"},
                             {"as_expected", as_expected},
                             {"steps_good", static_cast<int64_t>(steps_good)},
                             {"steps", static_cast<int64_t>(steps_)},
                             {"seconds", seconds}})
            .dump() +
        "\n");
    return;
  }
  char tail[96];
  std::snprintf(tail, sizeof tail, "%zu/%zu, %.1f s", steps_good, steps_, seconds);
  std::string line = "\n";
  if (colour_) line += as_expected ? kGreen : kRed;
  line += as_expected ? cli_.say("Every step came out as it must", "すべての段階が予定どおりでした")
                      : cli_.say("The story stopped", "物語は途中で止まりました");
  if (colour_) line += kPlain;
  line += " (";
  line += tail;
  line += ")\n";
  if (!evidence_folder.empty()) {
    line += cli_.say("Evidence, and the commands that re-check it: ", "証拠と再確認のコマンド: ");
    line += evidence_folder;
    line += "/CHECK.md\n";
  } else if (as_expected) {
    line += cli_.say("With --evidence DIR you get every byte of it and the commands that re-check it.\n",
                     "--evidence DIR を付けると、すべてのバイト列と再確認のコマンドが得られます。\n");
  }
  put(line);
}

}  // namespace mitome::story
