// The gate, with the services that are registered there.
#include "apps/town/place_gate.h"

#include "apps/town/identity.h"
#include "apps/town/places.h"
#include "gate/gate.h"

namespace mitome::town {

Result<std::unique_ptr<crypto::SoftwareSigner>> client_key(Ground& ground, const std::string& client) {
  Town& town = ground.town;
  TRY_ASSIGN(Identity identity, kept_identity(town.storage(), "keys/client-" + client, {.common_name = client, .life = Days{3650}},
                                              nullptr, town.random(), town.keys(), town.clock().now()));
  return std::move(identity.signer);
}

std::string login_return(const Ground& ground, const std::string& client) {
  return ground.town.addresses().origin(client) + "/login/callback";
}

std::string sign_return(const Ground& ground, const std::string& client) {
  return ground.town.addresses().origin(client) + "/sign/callback";
}

namespace {

struct Service {
  const char *id, *name, *name_ja;
  std::vector<std::string> scopes;
  bool signs;
  const char *purpose, *purpose_ja, *stored, *stored_ja;
};

const Service kServices[] = {
    {"portal", "Residents’ portal", "住民ポータル", {"name", "address", "birthdate", "gender"}, true,
     "To log in and to see what concerns you", "ログインして、ご自身の情報を見るため",
     "The number that only this service has; once you register, your name and date of birth, and what you apply for",
     "このサービスだけで使われる番号。利用登録をすると、氏名、生年月日、申請の内容"},
    {"tax", "Tax office", "税務署", {"name", "address", "birthdate"}, true,
     "To log in and to file your declaration", "ログインして、申告書を出すため",
     "The returns that you file, with their signatures, for seven years", "提出した申告書と署名（7年間）"},
    {"clinic", "Clinic", "診療所", {"name", "birthdate", "insurance"}, false,
     "To check your health insurance", "健康保険の資格を確認するため",
     "Name, date of birth, insured number and your consents, until the visit is over",
     "氏名、生年月日、被保険者番号、情報提供の同意（診療が終わるまで）"},
};

Result<gate::Client> registered(Ground& ground, const Service& service) {
  TRY_ASSIGN(const auto key, client_key(ground, service.id));
  gate::Client client;
  client.id = service.id;
  client.name = service.name;
  client.name_ja = service.name_ja;
  client.redirect_uris = {login_return(ground, service.id)};
  if (service.signs) client.sign_redirect_uris = {sign_return(ground, service.id)};
  client.post_logout_redirect_uris = {ground.town.addresses().origin(service.id) + "/"};
  client.scopes = service.scopes;
  client.purpose = service.purpose;
  client.purpose_ja = service.purpose_ja;
  client.stored = service.stored;
  client.stored_ja = service.stored_ja;
  client.keys = {key->public_key()};
  return client;
}

Result<gate::Config> configure(Ground& ground) {
  Town& town = ground.town;
  const Addresses& addresses = town.addresses();
  const issuer::Hierarchy& hierarchy = town.authority().hierarchy();
  gate::Config config;
  config.origin = addresses.origin("gate");
  config.phone_origin = addresses.origin("phone");
  config.reader_origin = addresses.origin("town");
  config.authority = addresses.origin("authority");
  config.verifier_token = town.token(Role::kVerifier);
  config.municipality_token = town.token(Role::kMunicipality);
  config.ocsp_url = config.authority + "/status/ocsp";
  config.authentication = {{hierarchy.auth_ca.certificate},
                           std::string{issuer::kCardAuthPolicy},
                           std::string{issuer::kPhoneAuthPolicy}};
  config.signing = {{hierarchy.sign_ca.certificate},
                    std::string{issuer::kCardSignPolicy},
                    std::string{issuer::kPhoneSignPolicy}};
  for (const Service& service : kServices) {
    TRY_ASSIGN(gate::Client client, registered(ground, service));
    config.clients.push_back(std::move(client));
  }
  return config;
}

class GatePremises final : public Premises {
 public:
  static Result<std::unique_ptr<Premises>> open(Ground& ground) {
    Town& town = ground.town;
    auto premises = std::unique_ptr<GatePremises>{new GatePremises};
    TRY_ASSIGN(premises->store_, town.storage().open_store("gate", gate::gate_schema()));
    TRY_ASSIGN(premises->signer_, client_key(ground, "gate"));
    TRY_ASSIGN(crypto::SecretBytes pairwise, kept_secret(town.storage(), "keys/gate-pairwise", 32, town.random()));
    TRY_ASSIGN(gate::Config config, configure(ground));
    premises->gate_ = std::make_unique<gate::Gate>(std::move(config), std::move(pairwise), *premises->store_, town.clock(),
                                                   town.random(), *premises->signer_, town.network());
    return std::unique_ptr<Premises>{std::move(premises)};
  }
  std::vector<http::Route> routes() override { return gate::routes(*gate_); }

 private:
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<crypto::SoftwareSigner> signer_;
  std::unique_ptr<gate::Gate> gate_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_gate(Ground& ground) { return GatePremises::open(ground); }

}  // namespace mitome::town
