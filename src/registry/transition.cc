#include "registry/transition.h"

#include <array>

#include "base/check.h"

namespace mitome::registry {
namespace {

using enum Entity;
using enum State;
using enum Event;

constexpr uint8_t kWhoEndsPhones = kCity | kHotline | kFindmy | kPhoneHolder | kIssuer;

constexpr Transition kTransitions[] = {
    // A physical card. What is held stays held until the card is replaced (domain.md 2.4).
    {kCard, kNone, kIssue, kActive, kCity},
    {kCard, kActive, kStop, kHeld, kCity | kHotline},
    {kCard, kActive, kReplace, kEnded, kCity},
    {kCard, kHeld, kReplace, kEnded, kCity},
    {kCard, kActive, kReturn, kEnded, kCity},
    {kCard, kHeld, kReturn, kEnded, kCity},
    // A phone. A second suspension changes nothing but the version: what was begun before it is stale.
    {kPhone, kNone, kEnrol, kActive, kIssuer},
    {kPhone, kActive, kRefresh, kActive, kPhoneHolder},
    {kPhone, kActive, kSuspend, kSuspended, kHotline | kFindmy},
    {kPhone, kSuspended, kSuspend, kSuspended, kHotline | kFindmy},
    {kPhone, kSuspended, kResume, kActive, kPhoneHolder},
    {kPhone, kActive, kDelete, kEnded, kPhoneHolder},
    {kPhone, kSuspended, kDelete, kEnded, kPhoneHolder},
    {kPhone, kActive, kReplace, kEnded, kIssuer},
    {kPhone, kSuspended, kReplace, kEnded, kIssuer},
    {kPhone, kActive, kMove, kActive, kCity},
    {kPhone, kSuspended, kMove, kSuspended, kCity},
    {kPhone, kActive, kStop, kEnded, kCity | kHotline},
    {kPhone, kSuspended, kStop, kEnded, kCity | kHotline},
    // The card's certificates: no release.
    {kCardCertificate, kNone, kReserve, kReserved, kIssuer},
    {kCardCertificate, kReserved, kIssue, kValid, kCity},
    {kCardCertificate, kReserved, kAbandon, kRevoked, kSystem},
    {kCardCertificate, kValid, kHold, kHeld, kCity | kHotline},
    {kCardCertificate, kValid, kRevoke, kRevoked, kCity},
    {kCardCertificate, kHeld, kRevoke, kRevoked, kCity},
    // The phone's user authentication certificate: the only one that comes back.
    {kPhoneAuthCertificate, kNone, kReserve, kReserved, kIssuer},
    {kPhoneAuthCertificate, kReserved, kIssue, kValid, kIssuer},
    {kPhoneAuthCertificate, kReserved, kAbandon, kRevoked, kSystem | kWhoEndsPhones},
    {kPhoneAuthCertificate, kValid, kHold, kHeld, kHotline | kFindmy},
    {kPhoneAuthCertificate, kHeld, kRelease, kValid, kPhoneHolder},
    {kPhoneAuthCertificate, kValid, kRevoke, kRevoked, kWhoEndsPhones},
    {kPhoneAuthCertificate, kHeld, kRevoke, kRevoked, kWhoEndsPhones},
    // The phone's signing certificate: held, then revoked at resumption, when a new one is issued (domain.md 4).
    {kPhoneSignCertificate, kNone, kReserve, kReserved, kIssuer},
    {kPhoneSignCertificate, kReserved, kIssue, kValid, kIssuer | kPhoneHolder},
    {kPhoneSignCertificate, kReserved, kAbandon, kRevoked, kSystem | kWhoEndsPhones},
    {kPhoneSignCertificate, kValid, kHold, kHeld, kHotline | kFindmy},
    {kPhoneSignCertificate, kValid, kRevoke, kRevoked, kWhoEndsPhones},
    {kPhoneSignCertificate, kHeld, kRevoke, kRevoked, kWhoEndsPhones},
    // An mdoc: ISO's status list is one bit and one way (decisions 15).
    {kMdoc, kNone, kReserve, kReserved, kIssuer},
    {kMdoc, kReserved, kIssue, kValid, kIssuer | kPhoneHolder},
    {kMdoc, kReserved, kAbandon, kRevoked, kSystem | kWhoEndsPhones},
    {kMdoc, kValid, kRevoke, kRevoked, kWhoEndsPhones},
};

constexpr std::array<std::string_view, 6> kEntityNames{
    "card", "phone", "card certificate", "phone user authentication certificate", "phone signing certificate", "mdoc"};
constexpr std::array<std::string_view, 8> kStateNames{"none",  "reserved", "active",  "suspended",
                                                      "valid", "held",     "revoked", "ended"};
constexpr std::array<std::string_view, 15> kEventNames{"reserve", "issue",   "abandon", "enrol",   "suspend",
                                                       "resume",  "refresh", "delete",  "replace", "stop",
                                                       "hold",    "release", "revoke",  "move",    "return"};
constexpr std::array<std::string_view, 7> kWhoNames{"city",   "hotline", "findmy", "phone",
                                                    "issuer", "system",  "service"};

}  // namespace

std::span<const Transition> transitions() { return kTransitions; }

Result<State> next_state(Entity entity, State from, Event event, Who who) {
  for (const Transition& line : kTransitions) {
    if (line.entity != entity || line.from != from || line.event != event) continue;
    if ((line.who & who) != 0) return line.to;
    return Error{Reason::FORBIDDEN,
                 std::string{name_of(event)} + " of a " + std::string{name_of(entity)} + " by " + names_of_who(who)};
  }
  return Error{Reason::TRANSITION_REFUSED, std::string{name_of(event)} + " of a " + std::string{name_of(entity)} +
                                               " that is " + std::string{name_of(from)}};
}

std::string_view name_of(Entity entity) { return kEntityNames.at(static_cast<size_t>(entity)); }
std::string_view name_of(State state) { return kStateNames.at(static_cast<size_t>(state)); }
std::string_view name_of(Event event) { return kEventNames.at(static_cast<size_t>(event)); }

std::string names_of_who(uint8_t who) {
  std::string out;
  for (size_t i = 0; i < kWhoNames.size(); ++i) {
    if ((who >> i & 1) == 0) continue;
    if (!out.empty()) out += ", ";
    out += kWhoNames[i];
  }
  return out;
}

Result<State> state_from_name(std::string_view name) {
  for (size_t i = 0; i < kStateNames.size(); ++i) {
    if (kStateNames[i] == name) return static_cast<State>(i);
  }
  return Error{Reason::ROW_TAMPERED, "a state that does not exist"};
}

std::string transitions_markdown() {
  std::string out = "| what | from | event | to | who may |\n| --- | --- | --- | --- | --- |\n";
  for (const Transition& line : kTransitions) {
    for (const std::string_view cell :
         {name_of(line.entity), name_of(line.from), name_of(line.event), name_of(line.to)})
      out += "| " + std::string{cell} + " ";
    out += "| " + names_of_who(line.who) + " |\n";
  }
  return out;
}

}  // namespace mitome::registry
