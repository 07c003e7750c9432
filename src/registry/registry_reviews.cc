// What the registry keeps of a person's comparison of a face with a card's photograph: who decided what, never a
// picture.
#include "registry/operation.h"

namespace mitome::registry {

Result<void> Registry::extend_session(std::string_view id, Instant until) {
  return write([&](Operation& op) -> Result<void> {
    TRY(open_session_of(op, id));
    return op.tx().run("UPDATE enrolment_session SET expires = max(expires, ?2) WHERE id = ?1",
                       {std::string{id}, to_unix(until)});
  });
}

Result<void> Registry::record_likeness(const PersonId& person, bool approved, Who who, std::string_view staff) {
  return write([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto found, op.tx().query_one("SELECT 1 FROM person WHERE id = ?1", {person.text}));
    if (!found) return Error{Reason::NOT_FOUND, "no such person"};
    const std::string kind = approved ? "likeness-approved" : "likeness-refused";
    return op.record({kind, who, std::string{staff}, person, CardId{}, PhoneId{}});
  });
}

}  // namespace mitome::registry
