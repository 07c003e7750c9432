#pragma once

#include "protocol/http/phone_auth.h"
#include "registry/registry.h"

namespace mitome::registry {

/// A phone that proved who it is: its state when it called, and what it calls with.
struct PhoneCaller {
  Phone phone;
  http::PhoneCall call;
  Idempotency idempotency;  ///< scope: the phone; request: SHA-256 of what was signed
};

/// FORBIDDEN without proper headers and for a phone that nobody knows; BAD_SIGNATURE. Any state is let through, an
/// ended phone too: it may ask what became of it.
Result<PhoneCaller> authenticate_phone(Registry& registry, const http::Request& request);

}  // namespace mitome::registry
