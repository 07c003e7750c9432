#include "registry/phone_caller.h"

namespace mitome::registry {

Result<PhoneCaller> authenticate_phone(Registry& registry, const http::Request& request) {
  TRY_ASSIGN(http::PhoneCall call, http::read_phone_call(request));
  auto phone = registry.phone(PhoneId{call.phone});
  if (!phone && phone.error().reason == Reason::NOT_FOUND) return Error{Reason::FORBIDDEN, "no such phone"};
  TRY(phone);
  TRY_ASSIGN(const crypto::PublicKey key, crypto::PublicKey::from_spki(phone->instance_spki));
  TRY(http::verify_phone_request(request, call, key));
  Idempotency idempotency{call.phone, call.idempotency_key, crypto::sha256(http::phone_signature_input(request, call))};
  return PhoneCaller{std::move(*phone), std::move(call), std::move(idempotency)};
}

}  // namespace mitome::registry
