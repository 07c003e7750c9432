// Wallet requests: the gate's side of a link or a QR code.
#include "gate/records.h"

namespace mitome::gate {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, interaction, way, state, reason, challenge, holder, certificate, signature, response_code, expires FROM "
    "wallet_request WHERE ";

WalletRequest request_from(const store::Row& row) {
  WalletRequest out;
  out.id = row.text(0);
  out.interaction = row.text(1);
  out.way = row.text(2);
  out.state = row.text(3);
  out.reason = row.text(4);
  out.challenge = row.text(5);
  out.holder = row.text(6);
  out.certificate = row.blob(7);
  out.signature = row.blob(8);
  out.response_code = row.blob(9);
  out.expires = instant_from_unix(row.integer(10));
  return out;
}

}  // namespace

Result<void> Records::drop_requests(store::Transaction& transaction, const Interaction& interaction) {
  return transaction.run("DELETE FROM wallet_request WHERE interaction = ?1", {interaction.id});
}

Result<WalletRequest> Records::take_result(const Interaction& interaction) {
  TRY_ASSIGN(auto found, latest_request(interaction.id));
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first, transaction.insert_if_absent("sign_result", as_bytes(interaction.id),
                                                              to_unix(interaction.expires + kResultLife)));
    if (!first) return Error{Reason::REPLAY, "this signature was fetched before"};
    return drop_requests(transaction, interaction);
  }));
  if (!found || found->state != "good") return Error{Reason::CONSENT_DECLINED, "nothing was signed"};
  return std::move(*found);
}

Result<WalletRequest> Records::make_request(const Interaction& interaction, std::string_view way, Instant now) {
  WalletRequest made;
  made.id = fresh();
  made.interaction = interaction.id;
  made.way = way;
  made.expires = now + kRequestLife;
  const auto stored = store_.write([&](store::Transaction& transaction) -> Result<void> {
    // Who chooses another way gives up the one before: at most one request of an interaction can be opened.
    TRY(drop_requests(transaction, interaction));
    return transaction.run("INSERT INTO wallet_request VALUES(NULL, ?1, ?2, ?3, 'made', '', '', '', x'', x'', x'', ?4)",
                           {made.id, made.interaction, made.way, to_unix(made.expires)});
  });
  if (!stored) return stored.error();
  return made;
}

Result<std::optional<WalletRequest>> Records::request_where(std::string_view condition, store::Cell value) {
  std::optional<WalletRequest> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row,
               transaction.query_one(std::string{kColumns} + std::string{condition} + " ORDER BY number DESC LIMIT 1", {value}));
    if (row) found = request_from(*row);
    return {};
  }));
  return found;
}

Result<WalletRequest> Records::find_request(std::string_view id) {
  TRY_ASSIGN(auto found, request_where("id = ?1", std::string{id}));
  if (!found) return Error{Reason::NOT_FOUND, "no such request"};
  return std::move(*found);
}

Result<std::optional<WalletRequest>> Records::latest_request(std::string_view interaction) {
  return request_where("interaction = ?1", std::string{interaction});
}

Result<WalletRequest> Records::request_of_response_code(std::string_view code) {
  TRY_ASSIGN(auto found, request_where("response_code = ?1", hashed(code)));
  if (code.empty() || !found) return Error{Reason::SESSION_BINDING, "no such response code"};
  return std::move(*found);
}

Result<void> Records::open_request(const WalletRequest& request, std::string_view challenge) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first, transaction.insert_if_absent("request", as_bytes(request.id), to_unix(request.expires)));
    if (!first) return Error{Reason::REPLAY, "this request was opened before"};
    return transaction.run("UPDATE wallet_request SET state = 'opened', challenge = ?2 WHERE id = ?1",
                           {request.id, std::string{challenge}});
  });
}

Result<void> Records::note_outcome(const WalletRequest& request, std::string_view state, std::string_view reason) {
  return store_.write([&](store::Transaction& transaction) {
    return transaction.run("UPDATE wallet_request SET state = ?2, reason = ?3 WHERE id = ?1 AND state <> 'good'",
                           {request.id, std::string{state}, std::string{reason}});
  });
}

Result<void> Records::note_good(store::Transaction& transaction, const WalletRequest& request) {
  TRY(transaction.run("UPDATE wallet_request SET state = 'good', reason = '', holder = ?2, certificate = ?3, signature = ?4, "
                      "response_code = ?5 WHERE id = ?1",
                      {request.id, request.holder, request.certificate, request.signature, request.response_code}));
  // Its browser may have chosen another way meanwhile.
  if (transaction.changes() != 1) return Error{Reason::NOT_FOUND, "the request was given up"};
  return {};
}

}  // namespace mitome::gate
