#include "apps/town/authority.h"

#include <iterator>

#include "apps/town/identity.h"
#include "base/hex.h"
#include "registry/routes.h"

namespace mitome::town {
namespace {

constexpr std::string_view kRoleNames[] = {"city",     "hotline",      "findmy",  "operator",
                                           "verifier", "municipality", "insurer", "kiosk",        "town"};  // in the order of Role

/// The desk of the town approves by itself, so that nobody has to play both sides; its page can make it wait
/// (decisions.md 21).
constexpr issuer::ReviewConfig kTownReviews{Seconds{3}};

Result<issuer::Hierarchy> kept_hierarchy(const AuthorityParts& parts) {
  TRY_ASSIGN(const auto saved, parts.storage.load("keys/hierarchy"));
  if (saved) return issuer::Hierarchy::parse(saved->reveal());
  TRY_ASSIGN(issuer::Hierarchy made, issuer::Hierarchy::create(parts.keys, parts.random, parts.clock.now()));
  TRY_ASSIGN(const crypto::SecretBytes encoded, made.encode());
  TRY(parts.storage.save("keys/hierarchy", encoded.reveal()));
  return made;
}

}  // namespace

Result<std::unique_ptr<Authority>> Authority::open(AuthorityParts parts) {
  TRY_ASSIGN(issuer::Hierarchy hierarchy, kept_hierarchy(parts));
  TRY_ASSIGN(auto store, parts.storage.open_store("registry", registry::registry_schema()));
  TRY_ASSIGN(crypto::SecretBytes row_mac, kept_secret(parts.storage, "keys/row-mac", 32, parts.random));
  TRY_ASSIGN(crypto::SecretBytes sealing, kept_secret(parts.storage, "keys/my-number", 32, parts.random));
  std::unique_ptr<issuer::Observer> observer;
  if (!parts.cascades.empty()) {
    TRY_ASSIGN(observer, open_observer(parts.cascades));
  }
  return std::unique_ptr<Authority>{new Authority{
      parts, std::move(hierarchy), std::move(store), {std::move(row_mac), std::move(sealing)}, std::move(observer)}};
}

Authority::Authority(const AuthorityParts& parts, issuer::Hierarchy hierarchy, std::unique_ptr<store::Store> store,
                     registry::RegistryKeys keys, std::unique_ptr<issuer::Observer> observer)
    : hierarchy_(std::move(hierarchy)),
      store_(std::move(store)),
      roles_(make_roles(parts.random)),
      registry_(*store_, parts.clock, parts.random, std::move(keys)),
      judges_(observer == nullptr ? nullptr
                                  : std::make_unique<FaceJudges>(registry_, parts.clock, parts.random,
                                                                 std::move(observer), kTownReviews)),
      issuer_(registry_, roles_, hierarchy_,
              judges_ == nullptr ? static_cast<issuer::FaceJudge&>(simulated_judge_) : judges_->films(), parts.clock,
              parts.random, {parts.origin, parts.makers}),
      status_(registry_, parts.clock, status_authorities(),
              {hierarchy_.status_signer.certificate, *hierarchy_.status_signer.signer}, {.base_url = parts.origin}) {}

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
  if (judges_ != nullptr)
    for (http::Route& route : issuer::review_routes(judges_->reviews(), registry_, roles_))
      all.push_back(std::move(route));
  return all;
}

Result<void> Authority::tick() {
  TRY(registry_.tick());
  return judges_ == nullptr ? Result<void>{} : judges_->reviews().tick();
}

}  // namespace mitome::town
