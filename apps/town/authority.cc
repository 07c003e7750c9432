#include "apps/town/authority.h"

#include <iterator>

#include "base/hex.h"
#include "registry/routes.h"
#include "store/sqlite/sqlite_store.h"

namespace mitome::town {
namespace {

constexpr std::string_view kRoleNames[] = {"city", "hotline", "findmy", "operator"};  // in the order of Role

registry::RegistryKeys registry_keys(crypto::Random& random) {
  return {crypto::SecretBytes{random.bytes(32)}, crypto::SecretBytes{random.bytes(32)}};
}

}  // namespace

Result<std::unique_ptr<Authority>> Authority::create(const Clock& clock, crypto::Random& random,
                                                     crypto::KeySource& keys, std::vector<x509::Certificate> makers) {
  TRY_ASSIGN(issuer::Hierarchy hierarchy, issuer::Hierarchy::create(keys, random, clock.now()));
  TRY_ASSIGN(auto store, store::open_sqlite(":memory:", registry::registry_schema()));
  return std::unique_ptr<Authority>{
      new Authority{clock, random, std::move(hierarchy), std::move(store), std::move(makers)}};
}

Authority::Authority(const Clock& clock, crypto::Random& random, issuer::Hierarchy hierarchy,
                     std::unique_ptr<store::Store> store, std::vector<x509::Certificate> makers)
    : hierarchy_(std::move(hierarchy)),
      store_(std::move(store)),
      roles_(make_roles(random)),
      registry_(*store_, clock, random, registry_keys(random)),
      issuer_(registry_, roles_, hierarchy_, judge_, clock, random, {std::string{kOrigin}, std::move(makers)}),
      status_(registry_, clock, status_authorities(),
              {hierarchy_.status_signer.certificate, *hierarchy_.status_signer.signer},
              {.base_url = std::string{kOrigin}}) {}

registry::Roles Authority::make_roles(crypto::Random& random) {
  std::vector<registry::RoleToken> holders;
  for (std::string_view role : kRoleNames) {
    tokens_.push_back(to_hex(random.bytes(32)));
    holders.push_back({crypto::sha256(as_bytes(tokens_.back())), std::string{role}, "town " + std::string{role}});
  }
  return registry::Roles{std::move(holders)};
}

std::vector<status::Authority> Authority::status_authorities() {
  std::vector<status::Authority> authorities;
  authorities.push_back({registry::Ca::kAuth, hierarchy_.auth_ca.certificate, *hierarchy_.auth_ca.signer,
                         hierarchy_.auth_ocsp.certificate, *hierarchy_.auth_ocsp.signer});
  authorities.push_back({registry::Ca::kSign, hierarchy_.sign_ca.certificate, *hierarchy_.sign_ca.signer,
                         hierarchy_.sign_ocsp.certificate, *hierarchy_.sign_ocsp.signer});
  return authorities;
}

std::vector<http::Route> Authority::routes() {
  std::vector<http::Route> all = registry::routes(registry_, roles_);
  for (auto& more : {issuer::routes(issuer_), status::routes(status_)}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace mitome::town
