// The one transition table. The code asks it, docs/lifecycle.md is printed from it, a property test walks it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mitome::registry {

/// The three kinds of certificate differ in what may follow a suspension, so they are three entities.
enum class Entity : uint8_t { kCard, kPhone, kCardCertificate, kPhoneAuthCertificate, kPhoneSignCertificate, kMdoc };

enum class State : uint8_t {
  kNone,       ///< not there yet
  kReserved,   ///< recorded before its signature; never good
  kActive,     ///< card or phone in use ("pending" until active_at, which is computed on read)
  kSuspended,  ///< phone: suspended
  kValid,      ///< certificate or mdoc
  kHeld,       ///< certificateHold; of a card: reported lost
  kRevoked,    ///< final
  kEnded,      ///< final
};

enum class Event : uint8_t {
  kReserve,
  kIssue,
  kAbandon,
  kEnrol,
  kSuspend,
  kResume,
  kRefresh,
  kDelete,
  kReplace,
  kStop,
  kHold,
  kRelease,
  kRevoke,
  kMove,    ///< name or address changed
  kReturn,  ///< the card is given back: its person died or wants it no longer
};

/// Who may cause it, as bits.
enum Who : uint8_t {
  kCity = 1 << 0,
  kHotline = 1 << 1,
  kFindmy = 1 << 2,
  kPhoneHolder = 1 << 3,
  kIssuer = 1 << 4,
  kSystem = 1 << 5,
  kService = 1 << 6,  ///< asks, and changes nothing
};

struct Transition {
  Entity entity;
  State from;
  Event event;
  State to;
  uint8_t who;  ///< bits of Who
};

std::span<const Transition> transitions();

/// The state after the event: TRANSITION_REFUSED when the table has no such line, FORBIDDEN when it has one and the
/// caller is not in it.
Result<State> next_state(Entity entity, State from, Event event, Who who);

std::string_view name_of(Entity entity);
std::string_view name_of(State state);
std::string_view name_of(Event event);
/// "hotline, findmy"
std::string names_of_who(uint8_t who);
/// The stored name back to the state; ROW_TAMPERED for a name that we never wrote.
Result<State> state_from_name(std::string_view name);

/// The table as Markdown: docs/lifecycle.md below its head.
std::string transitions_markdown();

}  // namespace mitome::registry
