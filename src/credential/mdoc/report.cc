#include "credential/mdoc/report.h"

namespace mitome::mdoc {
namespace {

std::string_view verdict_text(Reason verdict) {
  switch (reason_info(verdict).kind) {
    case ReasonKind::kGood: return "good";
    case ReasonKind::kUnavailable: return "unavailable";
    case ReasonKind::kRefused:
    case ReasonKind::kUsage: return "refused";
  }
  return "refused";
}

std::string_view outcome_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed: return "passed";
    case Outcome::kFailed: return "failed";
    case Outcome::kNotRun: return "not run";
  }
  return "not run";
}

}  // namespace

json::Value to_json(const Report& report) {
  json::Value::Array checks;
  for (const auto& check : report.checks) {
    auto entry = json::Value::object({{"id", check.id},
                                      {"clause", check.clause},
                                      {"outcome", outcome_text(check.outcome)},
                                      {"document", static_cast<int64_t>(check.document)}});
    if (check.outcome == Outcome::kFailed) entry.set("reason", reason_code(check.reason));
    checks.push_back(std::move(entry));
  }
  return json::Value::object({{"verdict", verdict_text(report.verdict)},
                              {"reason", reason_code(report.verdict)},
                              {"detail", report.detail},
                              {"checks", json::Value{std::move(checks)}}});
}

}  // namespace mitome::mdoc
