#include "protocol/http/phone_auth.h"

#include <charconv>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "crypto/hash.h"

namespace mitome::http {
namespace {

constexpr size_t kMaxPhoneId = 64;
constexpr size_t kKeyDigits = 32;  // 128 bits

Error bad(std::string_view header) { return {Reason::FORBIDDEN, std::string{header} + " is missing or malformed"}; }

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace

Bytes phone_signature_input(const Request& request, const PhoneCall& call) {
  cbor::Writer out;
  out.array(7).text("mitome-phone-1").text(request.method).text(request.authority).text(request.target);
  out.bytes(crypto::sha256(request.body)).integer(call.version).text(call.idempotency_key);
  return out.take();
}

Result<void> sign_phone_request(Request& request, const PhoneCall& call, crypto::Signer& signer) {
  TRY_ASSIGN(const Bytes signature, signer.sign(phone_signature_input(request, call)));
  request.headers.emplace_back("Mitome-Phone", call.phone);
  request.headers.emplace_back("Mitome-Version", std::to_string(call.version));
  request.headers.emplace_back("Idempotency-Key", call.idempotency_key);
  request.headers.emplace_back("Mitome-Signature", base64url::encode(signature));
  return {};
}

Result<PhoneCall> read_phone_call(const Request& request) {
  PhoneCall out;
  out.phone = request.header("Mitome-Phone");
  if (out.phone.empty() || out.phone.size() > kMaxPhoneId) return bad("Mitome-Phone");
  const std::string_view version = request.header("Mitome-Version");
  const auto [end, failed] = std::from_chars(version.data(), version.data() + version.size(), out.version);
  if (failed != std::errc{} || end != version.data() + version.size() || out.version < 0) return bad("Mitome-Version");
  out.idempotency_key = request.header("Idempotency-Key");
  if (out.idempotency_key.size() != kKeyDigits || !is_hex(out.idempotency_key)) return bad("Idempotency-Key");
  if (request.header("Mitome-Signature").empty()) return bad("Mitome-Signature");
  return out;
}

Result<void> verify_phone_request(const Request& request, const PhoneCall& call,
                                  const crypto::PublicKey& instance_key) {
  const auto signature = base64url::decode(request.header("Mitome-Signature"));
  if (!signature) return bad("Mitome-Signature");
  if (instance_key.type() != crypto::KeyType::kP256 ||
      !instance_key.verify(crypto::SignatureAlgorithm::kEcdsaSha256, phone_signature_input(request, call), *signature))
    return Error{Reason::BAD_SIGNATURE, "the phone's signature of this request"};
  return {};
}

}  // namespace mitome::http
