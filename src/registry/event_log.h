// The append-only event log: each record carries the hash of the one before, and the head is kept under a MAC, so that
// cutting the end off shows too (threats ADM-2). One lane on SQLite (decisions 16).
#pragma once

#include "registry/registry.h"

namespace mitome::registry {

/// SHA-256 over the deterministic CBOR array of everything above.
crypto::Sha256Digest event_hash(const EventRecord& record);
/// HMAC of a lane's head.
crypto::Sha256Digest head_mac(ByteView key, int64_t lane, const LogHead& head);

/// The head as stored, its MAC checked: LOG_BROKEN.
Result<LogHead> read_log_head(store::Transaction& tx, ByteView key);
/// Appends; fills in lane, seq and previous.
Result<void> append_event(store::Transaction& tx, ByteView key, EventRecord record);
/// Records behind number `after`, at most `limit`; not verified.
Result<std::vector<EventRecord>> read_events(store::Transaction& tx, int64_t after, int64_t limit);
/// Every record in order, and the head; LOG_BROKEN naming the first bad one. `seen`, when given, must be on the way.
Result<LogHead> verify_event_log(store::Transaction& tx, ByteView key, const LogHead* seen);

}  // namespace mitome::registry
