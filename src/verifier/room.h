// How many sessions a store holds: those that are open, and those that have ended and are kept so that a second use is
// told what it is.
#pragma once

#include "base/time.h"
#include "store/store.h"

namespace mitome::verifier {

/// At once; who opens a session and leaves is forgotten when it expires.
inline constexpr int64_t kMaxOpenSessions = 10'000;
/// Ended ones too. Anyone can open and end sessions, so without this the store would grow as fast as they ask: 220 a
/// second, for the 75 minutes of which one is remembered, is what this lets through for ever.
inline constexpr int64_t kMaxKeptSessions = 1'000'000;

/// Steps of a schema that has `table` with the columns expires and open, which is 1 until the session ends.
std::vector<std::string> room_steps(const std::string& table);
/// Forgets what expired before `forgotten`, and counts one more in: LIMIT_EXCEEDED when too many are open or kept. In
/// the transaction that inserts the one.
Result<void> make_room(store::Transaction& transaction, const std::string& table, Instant now, Instant forgotten);

}  // namespace mitome::verifier
