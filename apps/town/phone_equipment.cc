#include "apps/town/phone_equipment.h"

namespace mitome::town {
namespace {

/// Services as the gate names them, which offer POST /api/forget.
constexpr std::string_view kForgetful[] = {"portal", "clinic", "tax"};

}  // namespace

const FirstPhone* first_phone(std::string_view name) {
  for (const FirstPhone& one : kFirstPhones)
    if (one.name == name) return &one;
  return nullptr;
}

void equip(phone::PhoneConfig& config, const Addresses& addresses, bool require_webauthn) {
  const std::string host = addresses.authority("phone");
  config.rp_id = host.substr(0, host.find(':'));  // the place's host (decisions.md 9)
  config.origin = addresses.origin("phone");
  config.require_webauthn = require_webauthn;
  config.gates = {addresses.origin("gate")};
  for (const std::string_view service : kForgetful) config.services.push_back({std::string{service}, addresses.origin(service)});
  const FirstPhone* known = first_phone(config.name);
  if (known == nullptr) return;
  config.owner = known->owner;
  config.profile = known->profile;
  config.account_items = {
      {"transit", "transit", "Mihon Line pass", "みほん線カード", std::string{known->transit_number}, known->balance},
      {"loyalty", "loyalty", "Kumo-no-machi points", "雲の町ポイント", std::string{known->points_number}, known->points}};
}

}  // namespace mitome::town
