#include "apps/town/service_place.h"

#include "apps/town/place_gate.h"

namespace mitome::town {
namespace {

/// The addresses of return are those that the gate has registered; the clinic lets nobody sign.
openid::RelyingPartyConfig client_of(const Ground& ground, const std::string& client) {
  return {ground.town.addresses().origin("gate"), client, login_return(ground, client),
          client == "clinic" ? std::string{} : sign_return(ground, client)};
}

}  // namespace

Result<std::unique_ptr<ServiceGround>> ServiceGround::open(Ground& ground, const std::string& client,
                                                           const store::Migrations& schema) {
  TRY_ASSIGN(auto key, client_key(ground, client));
  TRY_ASSIGN(auto store, ground.town.storage().open_store(client + "-service", schema));
  return std::unique_ptr<ServiceGround>{new ServiceGround{ground, client, std::move(key), std::move(store)}};
}

ServiceGround::ServiceGround(Ground& ground, std::string client, std::unique_ptr<crypto::SoftwareSigner> key,
                             std::unique_ptr<store::Store> store)
    : origin_(ground.town.addresses().origin(client)),
      key_(std::move(key)),
      store_(std::move(store)),
      party_(client_of(ground, client), ground.town.clock(), ground.town.random(), *key_, ground.town.network()),
      gate_(party_) {}

}  // namespace mitome::town
