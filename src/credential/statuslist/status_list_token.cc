#include "credential/statuslist/status_list_token.h"

#include "codec/cbor/writer.h"

namespace mitome::statuslist {
namespace {

constexpr int64_t kSubject = 2, kExpires = 4, kIssuedAt = 6, kStatusList = 65533, kTimeToLive = 65534;
constexpr uint8_t kSign1TagHead = 0xD2;  // tag 18

Error invalid(std::string_view detail) { return Error{Reason::STATUS_LIST_INVALID, std::string{detail}}; }
Error signer_refused(std::string detail) { return Error{Reason::STATUS_LIST_SIGNER, std::move(detail)}; }

Bytes encode_claims(const StatusList& list, const TokenInput& input) {
  cbor::Writer writer;
  writer.map(input.time_to_live ? 5 : 4);
  writer.integer(kSubject).text(input.uri);
  writer.integer(kExpires).integer(to_unix(input.expires_at));
  writer.integer(kIssuedAt).integer(to_unix(input.issued_at));
  writer.integer(kStatusList).raw(list.encode());
  if (input.time_to_live) writer.integer(kTimeToLive).integer(input.time_to_live->count());
  return writer.take();
}

/// The claims as they stand, not yet judged.
struct Claims {
  std::string_view subject;
  Instant issued_at, expires_at;
  std::optional<Seconds> time_to_live;
};

Result<int64_t> integer_at(const cbor::Value& claims, int64_t key) {
  TRY_ASSIGN(const auto value, claims.get(key));
  return value.as_int();
}

Result<Claims> read_claims(const cbor::Value& root) {
  Claims claims;
  TRY_ASSIGN(const auto subject, root.get(kSubject));
  TRY_ASSIGN(claims.subject, subject.as_text());
  TRY_ASSIGN(const int64_t issued, integer_at(root, kIssuedAt));
  TRY_ASSIGN(const int64_t expires, integer_at(root, kExpires));
  // Far beyond any calendar, and so near the ends of int64 that sums could overflow.
  constexpr int64_t kMaxTime = 1'000'000'000'000;
  if (issued < 0 || issued > kMaxTime || expires < 0 || expires > kMaxTime)
    return Error{Reason::MALFORMED, "time claim"};
  claims.issued_at = instant_from_unix(issued);
  claims.expires_at = instant_from_unix(expires);
  if (root.find(kTimeToLive)) {
    TRY_ASSIGN(const int64_t seconds, integer_at(root, kTimeToLive));
    if (seconds <= 0 || seconds > kMaxTime) return Error{Reason::MALFORMED, "ttl is not positive"};
    claims.time_to_live = Seconds{seconds};
  }
  return claims;
}

/// The chain's last certificate is issued by the root, each other by the next; the first may sign. Returns the first.
Result<x509::Certificate> check_chain(const std::vector<ByteView>& chain, const x509::Certificate& root, Instant now) {
  if (chain.empty()) return signer_refused("no certificate chain in the protected header");
  std::vector<x509::Certificate> certificates;
  for (const ByteView der : chain) {
    auto certificate = x509::Certificate::parse(der);
    if (!certificate) return signer_refused(certificate.error().detail);
    certificates.push_back(*certificate);
  }
  for (size_t i = 0; i < certificates.size(); ++i) {
    const bool top = i + 1 == certificates.size();
    if (auto issued = x509::verify_issued_by(certificates[i], top ? root : certificates[i + 1]); !issued) {
      return signer_refused("chain does not lead to the document's issuer: " + issued.error().detail);
    }
    if (auto valid = x509::check_validity(certificates[i], now); !valid)
      return signer_refused(to_string(valid.error()));
  }
  const auto& leaf = certificates.front();
  if (leaf.is_ca() || (leaf.key_usage().value_or(0) & x509::kDigitalSignature) == 0) {
    return signer_refused("certificate may not sign lists");
  }
  return leaf;
}

}  // namespace

cose::UnsignedSign1 prepare_token(const StatusList& list, const TokenInput& input,
                                  const std::vector<x509::Certificate>& chain, crypto::SignatureAlgorithm algorithm) {
  cose::HeaderInput headers;
  for (const auto& certificate : chain) headers.x5chain.push_back(certificate.der());
  headers.x5chain_protected = true;
  headers.type = kMediaType;
  return cose::UnsignedSign1{algorithm, headers, encode_claims(list, input), /*detached=*/false};
}

Bytes assemble_token(const cose::UnsignedSign1& token, ByteView signature) {
  return token.assemble(signature, /*tagged=*/true);
}

Result<void> VerifiedStatusList::require_valid(uint64_t index) const {
  if (index >= list_.size()) return Error{Reason::STATUS_LIST_INDEX, "index " + std::to_string(index)};
  const uint8_t value = list_.get(static_cast<size_t>(index));
  if (value != kValid) return Error{Reason::DOCUMENT_WITHDRAWN, "status " + std::to_string(value)};
  return {};
}

Result<VerifiedStatusList> verify_token(ByteView token, std::string_view uri, const x509::Certificate& issuer,
                                        Instant now, Seconds tolerance) {
  if (token.size() > kMaxTokenSize) return invalid("token over 8 MiB");
  if (token.empty() || token[0] != kSign1TagHead) return invalid("not a tagged COSE_Sign1");
  auto message = cose::CoseSign1::parse(token);
  if (!message) return invalid(message.error().detail);
  // The working draft of ISO/IEC 18013-5 prints the short form in its Annex D: taken, never written.
  const std::string_view type = message->headers.type;
  if (type != kMediaType && type != "statuslist+cwt") return invalid("type is not application/statuslist+cwt");
  TRY_ASSIGN(const auto signer, check_chain(message->headers.protected_x5chain, issuer, now));
  if (!message->payload) return invalid("no payload");
  if (auto verified = cose::verify(*message, signer.public_key()); !verified)
    return invalid(to_string(verified.error()));

  auto document = cbor::Document::parse(*message->payload);
  if (!document) return invalid(document.error().detail);
  const auto claims = read_claims(document->root());
  if (!claims) return invalid(claims.error().detail);
  if (claims->subject != uri) return Error{Reason::STATUS_LIST_SUBJECT, "subject is another address"};
  if (claims->issued_at > now + tolerance) return Error{Reason::STATUS_LIST_EXPIRED, "issued in the future"};
  if (claims->expires_at + tolerance < now) {
    return Error{Reason::STATUS_LIST_EXPIRED, "expired " + to_rfc3339(claims->expires_at)};
  }
  const auto list_value = document->root().get(kStatusList);
  if (!list_value) return invalid(list_value.error().detail);
  auto list = StatusList::read(*list_value);
  if (!list) return invalid(list.error().detail);

  VerifiedStatusList verified{std::move(list).value()};
  verified.issued_at_ = claims->issued_at;
  verified.expires_at_ = claims->expires_at;
  verified.time_to_live_ = claims->time_to_live;
  return verified;
}

}  // namespace mitome::statuslist
