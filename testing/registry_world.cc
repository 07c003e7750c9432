#include "testing/registry_world.h"

#include "render/png.h"

#include "codec/der/der.h"
#include "registry/activation.h"
#include "store/sqlite/sqlite_store.h"

namespace mitome::testing {

using namespace registry;

RegistryKeys test_registry_keys() { return {crypto::SecretBytes{Bytes(32, 1)}, crypto::SecretBytes{Bytes(32, 2)}}; }

Bytes version_answer(const Phone& phone) { return to_bytes("v" + std::to_string(phone.version)); }

RegistryWorld::RegistryWorld(const std::string& path)
    : store(store::open_sqlite(path, registry_schema()).value()),
      failing(*store),
      registry(failing, clock, random, test_registry_keys()) {}

PersonFacts RegistryWorld::facts(int n) {
  const std::string digits = std::to_string(100'000'000'000 + n);
  return {"黒桐　幹也" + std::to_string(n),
          "コクトウ　ミキヤ",
          "架空都架空市１－" + std::to_string(n),
          "99201",
          Date{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}},
          "1",
          digits,
          render::encode_png(render::GreyImage{8, 8, Bytes(64, static_cast<uint8_t>(n))}),
          false};
}

Result<RegistryWorld::Batch> RegistryWorld::reserve(const PersonId& person, Holder holder, const std::string& holder_id,
                                                    std::vector<Ca> cas, size_t mdocs) {
  TRY_ASSIGN(const Proposal proposal, registry.propose(cas.size(), mdocs));
  Batch batch{{}, proposal.indices};
  Reservation reservation;
  for (size_t i = 0; i < cas.size(); ++i) {
    const Bytes tbs = der::sequence({der::integer(proposal.serials[i]), der::utf8_string(holder_id)});
    reservation.certificates.push_back({cas[i], holder, holder_id, person, proposal.serials[i], clock.now(),
                                        clock.now() + Days{1000}, crypto::sha256(tbs)});
    batch.certificates.push_back(
        {cas[i], der::sequence({tbs, der::octet_string(as_bytes("signature"))}), proposal.serials[i]});
  }
  for (const StatusIndex& index : proposal.indices)
    reservation.mdocs.push_back(
        {index, PhoneId{holder_id}, person, clock.now() + Days{14}, crypto::sha256(as_bytes("mso"))});
  TRY(registry.reserve(reservation));
  return batch;
}

RegistryWorld::HeldCard RegistryWorld::new_card(int n) {
  HeldCard out;
  const PersonFacts who = facts(n);
  out.person = registry.person_for(who.my_number).value();
  out.card = registry.new_card_id();
  const Batch batch = reserve(out.person, Holder::kCard, out.card.text, {Ca::kAuth, Ca::kSign}, 0).value();
  out.auth_serial = batch.certificates[0].serial;
  out.sign_serial = batch.certificates[1].serial;
  CHECK(registry.register_card({out.person, who, out.card, clock.now() + Days{2000}, batch.certificates}, kCity)
            .has_value());
  return out;
}

std::string RegistryWorld::open_session() {
  EnrolmentSession session;
  session.id = registry.new_session_id();
  session.nonce = random.bytes(32);
  session.model = "MT-10";
  session.os = "18.5";
  session.app = "3.0";
  session.biometrics = "face";
  session.motion = "blink";
  session.expires = clock.now() + std::chrono::minutes{30};
  CHECK(registry.open_session(session).has_value());
  CHECK(registry.record_face(session.id, as_bytes("face")).has_value());
  return session.id;
}

NewPhone RegistryWorld::prepare_phone(const HeldCard& card, size_t mdocs) {
  NewPhone phone;
  phone.session = open_session();
  phone.request = crypto::sha256(as_bytes(phone.session));
  phone.phone = registry.new_phone_id();
  phone.person = card.person;
  phone.card = card.card;
  phone.card_sign_serial = card.sign_serial;
  phone.card_auth_serial = card.auth_serial;
  phone.model = "MT-10";
  phone.instance_spki = to_bytes("instance key of " + phone.phone.text);
  phone.active_at = activation_instant(clock.now());
  Batch batch = reserve(card.person, Holder::kPhone, phone.phone.text, {Ca::kAuth, Ca::kSign}, mdocs).value();
  phone.certificates = std::move(batch.certificates);
  phone.mdocs = std::move(batch.mdocs);
  return phone;
}

PhoneId RegistryWorld::enrol(const HeldCard& card) {
  const NewPhone phone = prepare_phone(card);
  CHECK(registry.complete_enrolment(phone, version_answer).has_value());
  return phone.phone;
}

PhoneChange RegistryWorld::change(const PhoneId& phone, const std::string& key) {
  return {phone, registry.phone(phone).value().version, {phone.text, key, crypto::sha256(as_bytes(key))}, {}, {}};
}

Result<Bytes> RegistryWorld::resume(const PhoneId& phone, const std::string& key) {
  PhoneChange asked = change(phone, key);
  TRY_ASSIGN(const Phone row, registry.phone(phone));
  TRY_ASSIGN(Batch batch, reserve(row.person, Holder::kPhone, phone.text, {Ca::kSign}, 2));
  asked.certificates = std::move(batch.certificates);
  asked.mdocs = std::move(batch.mdocs);
  return registry.resume(asked, version_answer);
}

Result<Bytes> RegistryWorld::refresh(const PhoneId& phone, const std::string& key) {
  PhoneChange asked = change(phone, key);
  TRY_ASSIGN(const Phone row, registry.phone(phone));
  TRY_ASSIGN(Batch batch, reserve(row.person, Holder::kPhone, phone.text, {}, 2));
  asked.mdocs = std::move(batch.mdocs);
  return registry.refresh(asked, version_answer);
}

Result<Bytes> RegistryWorld::remove(const PhoneId& phone, const std::string& key) {
  return registry.delete_phone(change(phone, key), version_answer);
}

int64_t RegistryWorld::number(const std::string& sql) {
  int64_t out = -1;
  CHECK(store
            ->read([&](store::Transaction& tx) -> Result<void> {
              TRY_ASSIGN(const auto row, tx.query_one(sql));
              out = row->integer(0);
              return {};
            })
            .has_value());
  return out;
}

void RegistryWorld::edit(const std::string& sql) {
  CHECK(store->write([&](store::Transaction& tx) { return tx.run(sql); }).has_value());
}

}  // namespace mitome::testing
