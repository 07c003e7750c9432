#include "services/login/relying_gate.h"

namespace mitome::services {

Result<Departure> RelyingGate::begin_login(const std::vector<std::string>& scopes) {
  TRY_ASSIGN(const auto begun, party_.begin_login({.scopes = scopes}));
  return Departure{begun.url, begun.pending.text(), begun.pending.state};
}

Result<Arrival> RelyingGate::finish_login(std::string_view ticket, std::string_view query) {
  TRY_ASSIGN(const auto pending, openid::LoginPending::parse(ticket));
  TRY_ASSIGN(const auto login, party_.finish_login(pending, query));
  return Arrival{login.subject, login.holder, login.claims};
}

Result<Departure> RelyingGate::begin_signature(const SignOrder& order) {
  TRY_ASSIGN(const auto begun, party_.begin_sign({.document = order.name,
                                                  .sha256 = order.sha256,
                                                  .purpose = order.purpose,
                                                  .purpose_ja = order.purpose_ja}));
  return Departure{begun.url, begun.pending.text(), begun.pending.state};
}

Result<SignedOrder> RelyingGate::finish_signature(std::string_view ticket, std::string_view query, ByteView message) {
  TRY_ASSIGN(const auto pending, openid::SignPending::parse(ticket));
  TRY_ASSIGN(const auto done, party_.finish_sign(pending, query, message));
  return SignedOrder{done.certificate, done.signature, done.subject, done.holder,
                     {done.name, done.address, done.birth_date, done.sex}};
}

Result<ForgetWish> RelyingGate::read_forget_token(std::string_view token) {
  TRY_ASSIGN(const auto wish, party_.read_forget_token(token));
  return ForgetWish{wish.subject, wish.id, wish.expires};
}

}  // namespace mitome::services
