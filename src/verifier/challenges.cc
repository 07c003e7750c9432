#include "verifier/challenges.h"

#include "codec/base64url/base64url.h"
#include "verifier/room.h"

namespace mitome::verifier {
namespace {

constexpr size_t kIdSize = 16, kNonceSize = 32;
/// Kept this long after their end, so that a late or repeated answer is told what it is.
constexpr Seconds kKeptAfterEnd{3600};
constexpr std::string_view kColumns = "SELECT id, kind, origin, nonce, content, expires, open FROM challenge ";

Challenge from_row(const store::Row& row) {
  return {row.text(0),        row.text(1), row.text(2), row.blob(3), row.blob(4), instant_from_unix(row.integer(5)),
          row.integer(6) == 0};
}

}  // namespace

Result<Challenge> Challenges::open(std::string_view kind, std::string_view origin, Bytes content, Instant now) {
  Challenge challenge{base64url::encode(random_.bytes(kIdSize)),
                      std::string{kind},
                      std::string{origin},
                      random_.bytes(kNonceSize),
                      std::move(content),
                      now + kChallengeLife};
  const auto stored = store_.write([&](store::Transaction& transaction) -> Result<void> {
    const int64_t forgotten = to_unix(now - kKeptAfterEnd);
    TRY(transaction.run("DELETE FROM single_use WHERE expires < ?1", {forgotten}));
    TRY(make_room(transaction, "challenge", now, now - kKeptAfterEnd));
    return transaction.run(
        "INSERT INTO challenge(id, kind, origin, nonce, content, expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        {challenge.id, challenge.kind, challenge.origin, challenge.nonce, challenge.content,
         to_unix(challenge.expires)});
  });
  if (!stored) return stored.error();
  return challenge;
}

Result<Challenge> Challenges::find(std::string_view id, std::string_view kind) {
  std::optional<Challenge> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one(std::string{kColumns} + "WHERE id = ?1 AND kind = ?2",
                                                     {std::string{id}, std::string{kind}}));
    if (row) found = from_row(*row);
    return {};
  }));
  if (!found) return Error{Reason::NOT_FOUND, "no such session"};
  return std::move(*found);
}

Result<void> Challenges::consume(const Challenge& challenge, const Effect& effect) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first,
               transaction.insert_if_absent("challenge", as_bytes(challenge.id), to_unix(challenge.expires)));
    if (!first) return Error{Reason::REPLAY, "this session was finished before"};
    TRY(transaction.run("UPDATE challenge SET content = x'', open = 0 WHERE id = ?1", {challenge.id}));
    return effect ? effect(transaction) : Result<void>{};
  });
}

Result<std::vector<Challenge>> Challenges::others(const Challenge& challenge, Instant now) {
  std::vector<Challenge> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto rows,
               transaction.query(std::string{kColumns} +
                                     "WHERE kind = ?1 AND id <> ?2 AND expires >= ?3 ORDER BY expires DESC LIMIT 64",
                                 {challenge.kind, challenge.id, to_unix(now)}));
    for (const auto& row : rows) found.push_back(from_row(row));
    return {};
  }));
  return found;
}

}  // namespace mitome::verifier
