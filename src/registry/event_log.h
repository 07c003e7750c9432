// The append-only event log: each record carries the hash of the one before, and the head is kept under a MAC, so that
// cutting the end off shows too (threats ADM-2). One lane on SQLite (decisions 16).
#pragma once

#include "registry/registry.h"

namespace mitome::registry {

struct EventRecord {
  int64_t lane = 0;
  int64_t seq = 0;  ///< from 1
  Bytes previous;   ///< hash of the record before; 32 zero bytes for the first
  Instant at{};
  std::string kind, who, staff, person, card, phone;
  std::string body;  ///< the transitions; no personal data
};

/// SHA-256 over the deterministic CBOR array of everything above.
crypto::Sha256Digest event_hash(const EventRecord& record);
/// HMAC of a lane's head.
crypto::Sha256Digest head_mac(ByteView key, int64_t lane, const LogHead& head);

/// The head as stored, its MAC checked: LOG_BROKEN.
Result<LogHead> read_log_head(store::Transaction& tx, ByteView key);
/// Appends; fills in lane, seq and previous.
Result<void> append_event(store::Transaction& tx, ByteView key, EventRecord record);
/// Every record in order, and the head; LOG_BROKEN naming the first bad one. `seen`, when given, must be on the way.
Result<LogHead> verify_event_log(store::Transaction& tx, ByteView key, const LogHead* seen);

}  // namespace mitome::registry
