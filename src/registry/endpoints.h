// The registry's endpoints, one function each; routes.cc lists them with their addresses and callers.
#pragma once

#include "protocol/http/http.h"
#include "registry/registry.h"
#include "registry/roles.h"

namespace mitome::registry {

/// GET /phone/state: what became of the calling phone, and its notices.
Result<http::Response> phone_state(Registry& registry, const http::Request& request);
/// POST /phone/delete: the calling phone ends at once.
Result<http::Response> phone_delete(Registry& registry, const http::Request& request);
/// POST /hotline/suspend: by name and birth date, as told on the telephone.
Result<http::Response> hotline_suspend(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /findmy/phone: the phone of an owner who has signed in.
Result<http::Response> findmy_phone(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /findmy/suspend: by the phone's id.
Result<http::Response> findmy_suspend(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /hotline/stop: a lost card, by name and birth date.
Result<http::Response> hotline_stop(Registry& registry, const Roles& roles, const http::Request& request);

// The city counter (endpoint_counter.cc). Each answers with the person's file as it is afterwards.

/// POST /city/lookup: who stands here, by name and birth date or by the card on the reader, and for which reason.
Result<http::Response> city_lookup(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /city/move: a new address or name.
Result<http::Response> city_move(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /city/cards/stop: a lost card.
Result<http::Response> city_stop(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /city/ward
Result<http::Response> city_ward(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /city/depart: died, or gives the card back.
Result<http::Response> city_depart(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /city/pin-reset: what the counter is about to do to the chip in front of it.
Result<http::Response> city_pin_reset(Registry& registry, const Roles& roles, const http::Request& request);

/// POST /events/simulated: what was only simulated.
Result<http::Response> events_simulated(Registry& registry, const Roles& roles, const http::Request& request);
/// GET /events?after=N
Result<http::Response> events_list(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /holders: who logged in, as an id of the caller's own.
Result<http::Response> holders(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /residents: what the resident register says; no My Number.
Result<http::Response> residents(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /insured: the insured person behind a card or phone.
Result<http::Response> insured(Registry& registry, const Roles& roles, const http::Request& request);
/// GET /events/verify
Result<http::Response> events_verify(Registry& registry, const Roles& roles, const http::Request& request);

}  // namespace mitome::registry
