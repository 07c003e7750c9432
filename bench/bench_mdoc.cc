// mdoc issue and verify: 25 elements, 25 kB with a portrait of 20 kB, beside the OpenSSL bound of the same primitives
// and beside other software over the same bytes.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bench/bare.h"
#include "bench/bench.h"
#include "bench/measure.h"
#include "codec/json/json.h"
#include "protocol/iso18013/transcript.h"
#include "testing/mdoc_world.h"

namespace mitome::bench {
namespace {

constexpr size_t kPortrait = 20'000;

/// MdocWorld's issuer, holder and reader with a document of the size that counts.
struct World : testing::MdocWorld {
  World() {
    claims_list = MdocWorld::claims(kPortrait);
    while (claims_list[0].elements.size() < 22)
      claims_list[0].elements.push_back(
          {"element_" + std::to_string(claims_list[0].elements.size()), mdoc::text_value(std::string(200, 'x'))});
    for (const auto& name_space : claims_list)
      for (const auto& element : name_space.elements) all.push_back({name_space.name, element.identifier, false});
    issued = issue_from(make_claims());
    mdoc::PresentInput by_signature{issued, all, transcript};
    by_signature.signer = device.get();
    response = mdoc::encode_device_response({mdoc::present(by_signature).value()});
    const auto mac_key = mdoc::derive_emac_key(device->key(), reader.public_key(), transcript).value();
    mdoc::PresentInput by_mac{issued, all, transcript};
    by_mac.mac_key = &mac_key;
    mac_response = mdoc::encode_device_response({mdoc::present(by_mac).value()});
  }

  mdoc::Claims make_claims() { return mdoc::Claims::make(std::string{mdoc::kMncDocType}, claims_list).value(); }
  Bytes issue_from(const mdoc::Claims& claims) {
    return mdoc::issue(claims, issue_input(), {*ds_key, ds_chain}, system_random).value();
  }
  mdoc::VerifyInput input(mdoc::SignerCache* cache) {
    mdoc::VerifyInput out = verify_input();
    out.requested = {{std::string{mdoc::kMncDocType}, all}};
    out.cache = cache;
    return out;
  }

  std::vector<mdoc::ClaimNameSpace> claims_list;
  std::vector<mdoc::RequestedElement> all;
  crypto::SystemRandom system_random;
  Bytes issued, response, mac_response;
};

/// The verification that is timed and, with one flipped byte, refused.
Reason verdict(ByteView response, const mdoc::VerifyInput& input) {
  const auto verified = mdoc::verify_device_response(response, input);
  CHECK(verified.documents.size() == (verified.report.good() ? 1U : 0U));
  return verified.report.verdict;
}

void control(const char* what, const Bytes& response, const mdoc::VerifyInput& input) {
  CHECK(verdict(response, input) == Reason::GOOD);
  Bytes flipped = response;
  const Bytes portrait(64, 0x5A);
  const size_t at = as_text(flipped).find(as_text(portrait));
  CHECK(at != std::string_view::npos);
  flipped[at + 100] ^= 1;
  const Reason reason = verdict(flipped, input);
  CHECK(reason == Reason::VALUE_DIGEST_MISMATCH);
  std::printf("  control: %s, one flipped byte of the portrait: %s\n", what, std::string{reason_code(reason)}.c_str());
}

/// What a verification must hash: every item, and both Sig_structures.
struct HashedBytes {
  explicit HashedBytes(World& world) : response(mdoc::DeviceResponse::parse(world.response).value()) {
    const auto& document = response.documents[0];
    for (const auto& name_space : document.issuer_signed.name_spaces)
      for (const auto& item : name_space.items) items.push_back(item.bytes);
    issuer_structure.resize(document.issuer_signed.issuer_auth.payload->size() + 24);
    device_structure.resize(
        mdoc::device_authentication_bytes(world.transcript, document.doctype, document.device_signed.name_spaces_bytes)
            .size() +
        24);
  }
  void hash_items(BareSha256& sha) const {
    for (ByteView item : items) sha(item);
  }
  void hash(BareSha256& sha) const {
    hash_items(sha);
    sha(issuer_structure);
    sha(device_structure);
  }
  mdoc::DeviceResponse response;
  std::vector<ByteView> items;
  Bytes issuer_structure, device_structure;
};

void print_peers(const std::map<std::string, double>& peers, const char* what, double ours) {
  bool any = false;
  for (const auto& [name, microseconds] : peers) {
    const size_t colon = name.find(':');
    if (colon == std::string::npos || name.substr(colon + 1) != what) continue;
    any = true;
    std::printf("  %-34s %9.1f us %9.0f/s   ours is %.0f times as fast\n", name.substr(0, colon).c_str(), microseconds,
                1e6 / microseconds, microseconds / ours);
  }
  if (!any) std::printf("  peers: not measured (node or its packages are not there; bench/run.sh says how)\n");
}

void threads(World& world, mdoc::SignerCache& cache) {
  const mdoc::VerifyInput input = world.input(&cache);
  const auto rate = [&](size_t count) {
    constexpr int kEach = 1500;
    std::vector<std::thread> workers;
    const auto begin = std::chrono::steady_clock::now();
    for (size_t i = 0; i < count; ++i)
      workers.emplace_back([&] {
        for (int k = 0; k < kEach; ++k) CHECK(verdict(world.response, input) == Reason::GOOD);
      });
    for (auto& worker : workers) worker.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(count) * kEach / took.count();
  };
  const double one = rate(1), two = rate(2);
  std::printf(
      "  verify in 1 thread %.0f/s, in 2 threads %.0f/s by the wall clock: %.2f (target 1.90 on an idle machine)\n",
      one, two, two / one);
}

void write(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream{path, std::ios::binary} << as_text(bytes);
}

}  // namespace

void run_mdoc(const Settings& settings) {
  World world;
  BareSha256 sha;
  BareP256 bare;
  const HashedBytes hashed{world};
  mdoc::SignerCache cache;
  const mdoc::VerifyInput cached = world.input(&cache), cold = world.input(nullptr);
  const mdoc::Claims shared = world.make_claims();

  Group group;
  group.add("verify", 100, [&] { CHECK(verdict(world.response, cached) == Reason::GOOD); });
  group.add("2 verifies + digests", 100, [&] { bare.verify(), bare.verify(), hashed.hash(sha); });
  group.add("verify, MAC form", 100, [&] { CHECK(verdict(world.mac_response, cached) == Reason::GOOD); });
  group.add("verify + ECDH + digests", 100, [&] { bare.verify(), bare.agree(), hashed.hash(sha); });
  group.add("verify, signer not seen before", 100, [&] { CHECK(verdict(world.response, cold) == Reason::GOOD); });
  group.add("3 verifies + digests", 100, [&] { bare.verify(), bare.verify(), bare.verify(), hashed.hash(sha); });
  group.add("parse only", 500,
            [&] { CHECK(mdoc::DeviceResponse::parse(world.response)->documents[0].issuer_signed.mso().has_value()); });
  group.add("issue one", 200, [&] { CHECK(!world.issue_from(world.make_claims()).empty()); });
  group.add("sign + SHA-256 of the items", 200, [&] { bare.sign(), hashed.hash_items(sha); });
  group.add("issue, batch of 30, each", 200, [&] { CHECK(!world.issue_from(shared).empty()); });
  group.measure(settings.rounds);

  std::printf("mdoc, 25 elements, %zu bytes presented, one core\n", world.response.size());
  print_against_limit(group, "verify", "2 verifies + digests", 0.90);
  print_against_limit(group, "verify, MAC form", "verify + ECDH + digests", 0.85);
  print_against_limit(group, "verify, signer not seen before", "3 verifies + digests", 0.90);
  std::printf("  parsing and the MSO with its key are %.1f %% of a verification (target 2)\n",
              100 * group.median("parse only") / group.median("verify"));
  print_peers(settings.peers, "verify", group.median("verify"));
  control("by signature", world.response, cached);
  control("by MAC", world.mac_response, cached);
  control("signer not seen before", world.response, cold);
  print_against_limit(group, "issue one", "sign + SHA-256 of the items", 0.85);
  print_against_limit(group, "issue, batch of 30, each", "sign + SHA-256 of the items", 0.85);
  print_peers(settings.peers, "issue", group.median("issue one"));
  CHECK(mdoc::verify_issuer_signed(world.issue_from(shared), world.anchors, world.device->public_key(), world.now));
  std::printf("  control: what was issued passes verify_issuer_signed\n");
  threads(world, cache);
}

void export_mdoc(const std::string& folder) {
  World world;
  const std::filesystem::path path{folder};
  std::filesystem::create_directories(path);
  write(path / "response.cbor", world.response);
  write(path / "transcript.cbor", iso18013::session_transcript_bytes(world.transcript));
  write(path / "iaca.pem", as_bytes(world.iaca.certificate().pem()));
  write(path / "ds.pem", as_bytes(world.ds_chain[0].pem()));
  write(path / "ds_key.pem", world.ds_key->key().pem().reveal());
  write(path / "device.pem", as_bytes(world.device->public_key().pem()));
}

}  // namespace mitome::bench
