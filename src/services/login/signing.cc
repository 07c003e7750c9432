#include "services/login/signing.h"

#include "crypto/hash.h"

namespace mitome::services {
namespace {

constexpr std::string_view kSingleUse = "signing";

Bytes key_of(std::string_view state) {
  const auto digest = crypto::sha256(as_bytes(state));
  return {digest.begin(), digest.end()};
}

std::string parameter(const http::Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string{} : found->second;
}

}  // namespace

std::vector<std::string> Signing::schema() {
  return {"CREATE TABLE signing(key BLOB NOT NULL PRIMARY KEY, subject TEXT NOT NULL, reference TEXT NOT NULL, message BLOB NOT "
          "NULL, ticket TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID"};
}

std::vector<KeptRows> Signing::kept() {
  return {{"signing", "documents on their way to be signed", "署名の途中の文書", "15 minutes", "15分"}};
}

Result<std::string> Signing::begin(const Visitor& visitor, const ToSign& what) {
  TRY_ASSIGN(const Departure departure, gate_.begin_signature({what.name, crypto::sha256(what.message),
                                                               what.purpose, what.purpose_ja}));
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("DELETE FROM signing WHERE expires < ?1", {to_unix(clock_.now())}));
    return transaction.run(
        "INSERT INTO signing(key, subject, reference, message, ticket, expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        {key_of(departure.state), visitor.subject, what.reference, what.message, departure.ticket,
         to_unix(clock_.now() + kSigningLife)});
  });
  TRY(written);
  return departure.url;
}

Result<Signing::Row> Signing::find(const Visitor& visitor, std::string_view state) {
  std::optional<Row> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto used, transaction.query_one("SELECT 1 FROM single_use WHERE kind = ?1 AND key = ?2",
                                                      {std::string{kSingleUse}, key_of(state)}));
    if (used) return Error{Reason::REPLAY, "this was signed and received before"};
    TRY_ASSIGN(const auto row,
               transaction.query_one("SELECT reference, message, ticket FROM signing WHERE key = ?1 AND subject = ?2 "
                                     "AND expires >= ?3",
                                     {key_of(state), visitor.subject, to_unix(clock_.now())}));
    if (!row) return Error{Reason::NOT_FOUND, "nothing is being signed here"};
    found = Row{key_of(state), row->blob(1), row->text(0), row->text(2)};
    return {};
  }));
  return std::move(*found);
}

Result<SignedDocument> Signing::collect(const Visitor& visitor, const http::Request& request) {
  TRY_ASSIGN(const http::Parameters back, http::query_parameters(request));
  TRY_ASSIGN(Row row, find(visitor, parameter(back, "state")));
  TRY_ASSIGN(SignedOrder order, gate_.finish_signature(row.ticket, request.query(), row.message));
  if (order.subject != visitor.subject) return Error{Reason::PERSON_MISMATCH, "somebody else signed"};
  return SignedDocument{std::move(row.key),          std::move(row.reference),   std::move(row.message),
                        std::move(order.certificate), std::move(order.signature), std::move(order.signer),
                        std::move(order.holder)};
}

Result<void> Signing::consume(store::Transaction& transaction, const SignedDocument& document, Instant now) {
  TRY_ASSIGN(const bool first, transaction.insert_if_absent(kSingleUse, document.key, to_unix(now + kSigningLife)));
  if (!first) return Error{Reason::REPLAY, "this was signed and received before"};
  return transaction.run("DELETE FROM signing WHERE key = ?1", {document.key});
}

}  // namespace mitome::services
