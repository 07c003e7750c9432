#include "registry/event_log.h"

#include "codec/cbor/writer.h"

namespace mitome::registry {
namespace {

constexpr int64_t kLane = 0;
constexpr int64_t kPage = 10'000;

constexpr std::string_view kSelect =
    "SELECT lane, seq, previous, hash, at, kind, who, staff, person, card, phone, body FROM event "
    "WHERE lane = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";

EventRecord to_record(const store::Row& row) {
  return {row.integer(0), row.integer(1), row.blob(2), instant_from_unix(row.integer(4)),
          row.text(5),    row.text(6),    row.text(7), row.text(8),
          row.text(9),    row.text(10),   row.text(11)};
}

Error broken(int64_t seq, std::string_view what) {
  return {Reason::LOG_BROKEN, "record " + std::to_string(seq) + ": " + std::string{what}};
}

crypto::Sha256Digest to_digest(ByteView bytes) {
  crypto::Sha256Digest out{};
  if (bytes.size() == out.size()) std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace

crypto::Sha256Digest event_hash(const EventRecord& record) {
  cbor::Writer out;
  out.array(12).text("mitome-event-1").integer(record.lane).integer(record.seq).bytes(record.previous);
  out.integer(to_unix(record.at));
  for (const auto* text :
       {&record.kind, &record.who, &record.staff, &record.person, &record.card, &record.phone, &record.body})
    out.text(*text);
  return crypto::sha256(out.view());
}

crypto::Sha256Digest head_mac(ByteView key, int64_t lane, const LogHead& head) {
  cbor::Writer out;
  out.array(4).text("mitome-event-head-1").integer(lane).integer(head.events).bytes(head.hash);
  return crypto::hmac_sha256(key, out.view());
}

Result<LogHead> read_log_head(store::Transaction& tx, ByteView key) {
  TRY_ASSIGN(const auto row, tx.query_one("SELECT seq, hash, mac FROM event_head WHERE lane = ?1", {kLane}));
  if (!row) {
    TRY_ASSIGN(const auto any, tx.query_one("SELECT count(*) FROM event"));
    if (any->integer(0) != 0) return broken(1, "the head is gone");
    return LogHead{};
  }
  const LogHead head{row->integer(0), to_digest(row->blob(1))};
  if (!crypto::equal_constant_time(head_mac(key, kLane, head), row->blob(2)))
    return broken(head.events, "the head is not ours");
  return head;
}

Result<void> append_event(store::Transaction& tx, ByteView key, EventRecord record) {
  TRY_ASSIGN(const LogHead head, read_log_head(tx, key));
  record.lane = kLane;
  record.seq = head.events + 1;
  record.previous = to_bytes(ByteView{head.hash});
  const LogHead next{record.seq, event_hash(record)};
  TRY(
      tx.run("INSERT INTO event(lane, seq, previous, hash, at, kind, who, staff, person, card, phone, body) "
             "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
             {record.lane, record.seq, record.previous, to_bytes(ByteView{next.hash}), to_unix(record.at), record.kind,
              record.who, record.staff, record.person, record.card, record.phone, record.body}));
  return tx.run(
      "INSERT INTO event_head(lane, seq, hash, mac) VALUES(?1, ?2, ?3, ?4) "
      "ON CONFLICT(lane) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac",
      {kLane, next.events, to_bytes(ByteView{next.hash}), to_bytes(ByteView{head_mac(key, kLane, next)})});
}

Result<std::vector<EventRecord>> read_events(store::Transaction& tx, int64_t after, int64_t limit) {
  TRY_ASSIGN(const auto rows, tx.query(kSelect, {kLane, after, limit}));
  std::vector<EventRecord> out;
  out.reserve(rows.size());
  for (const store::Row& row : rows) out.push_back(to_record(row));
  return out;
}

Result<LogHead> verify_event_log(store::Transaction& tx, ByteView key, const LogHead* seen) {
  LogHead last;
  bool met = seen == nullptr || *seen == last;
  while (true) {
    TRY_ASSIGN(const auto rows, tx.query(kSelect, {kLane, last.events, kPage}));
    for (const store::Row& row : rows) {
      const EventRecord record = to_record(row);
      if (record.seq != last.events + 1) return broken(last.events + 1, "missing");
      if (!equal(record.previous, last.hash)) return broken(record.seq, "does not follow the record before it");
      const LogHead now{record.seq, event_hash(record)};
      if (!equal(row.blob(3), now.hash)) return broken(record.seq, "was changed");
      last = now;
      if (seen != nullptr && *seen == last) met = true;
    }
    if (static_cast<int64_t>(rows.size()) < kPage) break;
  }
  TRY_ASSIGN(const LogHead head, read_log_head(tx, key));
  if (head != last) return broken(last.events + 1, "the end was cut off or added to");
  if (!met) return broken(seen->events, "is not the one that was seen before");
  return last;
}

}  // namespace mitome::registry
