// A kiosk with its readers, its municipality and its people, all in order, for a test to break one thing in.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/hex.h"
#include "card/card_image.h"
#include "codec/base64url/base64url.h"
#include "protocol/jpki/identifiers.h"
#include "protocol/jpki/token_info.h"
#include "services/kiosk/kiosk.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/jpki_trial.h"
#include "testing/status_places.h"

namespace mitome::testing {

/// A chip reduced to what a kiosk asks of it, and quick: for thousands of visits.
class QuickChip final : public apdu::ApduChannel {
 public:
  QuickChip(const crypto::PrivateKey& key, Bytes certificate, std::string_view label)
      : key_(key), certificate_(std::move(certificate)),
        token_(jpki::encode_token_info({std::string{label}, "test", "test", "1"})) {}

  Result<Bytes> transmit(ByteView bytes) override {
    TRY_ASSIGN(const apdu::CommandApdu command, apdu::CommandApdu::parse(bytes));
    if (command.ins == 0xA4 && command.p1 == 2) file_ = static_cast<uint16_t>(command.data[0] << 8 | command.data[1]);
    if (command.ins == 0xB0) return part(static_cast<size_t>(command.p1 << 8 | command.p2), command.le.value_or(256));
    if (command.ins == 0x20 && command.data.empty()) return Bytes{0x63, 0xC3};
    if (command.ins != 0x2A) return Bytes{0x90, 0x00};
    TRY_ASSIGN(Bytes signature, key_.sign_pkcs1_raw(command.data));
    append(signature, Bytes{0x90, 0x00});
    return signature;
  }
  ByteView certificate() const { return certificate_; }

 private:
  Bytes part(size_t offset, size_t size) const {
    const Bytes& file = file_ == jpki::kTokenInfoFile ? token_ : certificate_;
    if (offset >= file.size()) return {0x6B, 0x00};
    Bytes out = to_bytes(ByteView{file}.subspan(offset, std::min(size, file.size() - offset)));
    append(out, Bytes{0x90, 0x00});
    return out;
  }
  const crypto::PrivateKey& key_;
  Bytes certificate_, token_;
  uint16_t file_ = 0;
};

/// What lies on it is a line of the test.
class TestCardReader final : public apdu::CardReader {
 public:
  explicit TestCardReader(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  bool present() override { return chip != nullptr; }
  Result<std::unique_ptr<apdu::ApduChannel>> connect() override {
    if (!chip) return Error{Reason::CARD_SILENT, name_};
    if (on_connect) on_connect();
    return std::unique_ptr<apdu::ApduChannel>{std::make_unique<Way>(*chip)};
  }
  apdu::ApduChannel* chip = nullptr;
  std::function<void()> on_connect;

 private:
  struct Way final : apdu::ApduChannel {
    explicit Way(apdu::ApduChannel& to_) : to(to_) {}
    Result<Bytes> transmit(ByteView command) override { return to.transmit(command); }
    apdu::ApduChannel& to;
  };
  std::string name_;
};

/// Says in plain text whose paper it is; draws nothing.
class PlainPaperMaker final : public services::PaperMaker {
 public:
  Result<services::Paper> make(const render::CertificateText& text, const services::MunicipalSeal&) override {
    if (on_make) TRY(on_make(text));
    return services::Paper{to_bytes(as_bytes("/Keywords (" + text.binding + ")\nNAME " + text.name + "\nCODE " + text.code + "\n")), {}};
  }
  std::function<Result<void>(const render::CertificateText&)> on_make;
};
inline std::string line_of(ByteView paper, std::string_view word) {
  const std::string_view all = as_text(paper);
  const size_t at = all.find(std::string{"\n"} + std::string{word} + " ");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = all.substr(at + word.size() + 2);
  return std::string{rest.substr(0, rest.find('\n'))};
}

/// OCSP and the municipality's answers. Thread-safe.
class KioskNetwork final : public http::HttpClient {
 public:
  explicit KioskNetwork(OcspPlace& ocsp) : ocsp_(ocsp) {}
  Result<http::Response> send(const http::Request& request) override {
    if (request.path() == "/status/ocsp") return ocsp_.send(request);
    const std::lock_guard lock{mutex_};
    if (request.path() == "/pin-resets/redeem") {
      return redeem ? redeem(request) : http::Response::error({Reason::NOT_FOUND, "no reservation"});
    }
    ++asked;
    if (fails) return fails();
    if (request.header("Authorization") != "Bearer municipality-token") return http::Response::error({Reason::FORBIDDEN, ""});
    TRY_ASSIGN(const json::Value body, json::parse(as_text(request.body)));
    TRY_ASSIGN(std::string serial, body.string_at("serial"));
    if (mix_up) serial = mix_up(serial);
    const auto found = residents.find(serial);
    if (found == residents.end()) return http::Response::error({Reason::NOT_FOUND, "no certificate in use has this serial"});
    return http::Response::json(found->second);
  }
  std::map<std::string, json::Value> residents;  ///< by serial
  std::function<std::string(const std::string&)> mix_up;
  std::function<Result<http::Response>()> fails;
  std::function<Result<http::Response>(const http::Request&)> redeem;
  size_t asked = 0;

 private:
  OcspPlace& ocsp_;
  std::mutex mutex_;
};

inline json::Value resident(const std::string& name, const std::string& address = "東京都架空市見本町１－２－３", bool seal = true) {
  return json::Value::object({{"name", name}, {"kana", "かな"}, {"address", address}, {"birth_date", "19800217"}, {"sex", "2"},
                              {"seal_registered", seal},
                              {"household", json::Value::object({{"head", name}, {"relation", "head"}, {"relation_ja", "世帯主"}})}});
}

class KioskWorld {
 public:
  explicit KioskWorld(size_t terminals_per_shop = 1) : terminals_per_shop_(terminals_per_shop) {
    for (const auto& municipality : directory.municipalities()) {
      seal_keys.push_back(test_signer(crypto::KeyType::kP256));
      seal_certificates.push_back(seal_ca.issue(seal_ca.end_entity(municipality.name, seal_keys.back()->public_key())));
    }
    for (const auto& shop : directory.shops())
      for (size_t i = 1; i <= terminals_per_shop; ++i)
        readers.push_back(std::make_unique<TestCardReader>(shop.id + "-" + std::to_string(i)));
    build(config());
  }

  services::KioskConfig config() {
    services::KioskConfig out;
    out.origin = "http://kiosk.localhost";
    out.ocsp_url = "http://authority.localhost/status/ocsp";
    out.authentication = {{auth_ca.certificate()}, std::string{kTestCardAuth}, std::string{kTestPhoneAuth}};
    for (size_t i = 0; i < readers.size(); ++i)
      out.terminals.push_back({"T" + std::to_string(i + 1), directory.shops()[i / terminals_per_shop_].id, readers[i].get()});
    for (size_t i = 0; i < seal_keys.size(); ++i)
      out.offices.push_back({directory.municipalities()[i].id, "http://authority.localhost/residents", "municipality-token",
                             {{seal_certificates[i]}, seal_keys[i].get()}});
    out.verify_url = "http://desk.localhost/verify?code=";
    out.approved = services::topology_hash(out);
    return out;
  }
  void build(services::KioskConfig configuration) {
    kiosk = std::make_unique<services::Kiosk>(std::move(configuration), directory, maker(), *store, clock, random, network);
    router = std::make_unique<http::Router>(services::routes(*kiosk));
  }
  services::PaperMaker& maker() { return real_maker ? static_cast<services::PaperMaker&>(signed_maker) : plain_maker; }

  /// Certified by the authority and known to the municipality.
  Bytes certify(const crypto::PublicKey& key, std::string_view policy, const json::Value& who) {
    auto wanted = jpki_template(auth_ca, verifier::Purpose::kUserAuthentication, key, policy);
    wanted.serial = Bytes{0x40, static_cast<uint8_t>(serials >> 8), static_cast<uint8_t>(serials)};
    ++serials;
    const auto certificate = auth_ca.issue(wanted);
    network.residents[to_hex(certificate.serial())] = who;
    return certificate.der();
  }

  /// One browser at one terminal.
  struct Customer {
    KioskWorld& world;
    std::string cookie = {};
    json::Value call(const std::string& method, const std::string& path, const json::Value& body = json::Value::object()) {
      http::Request request = http::post_json("http://kiosk.localhost" + path, body);
      request.method = method;
      if (!cookie.empty()) request.headers.emplace_back("Cookie", cookie);
      const http::Response response = world.router->handle(request);
      if (const auto set = std::string{response.header("Set-Cookie")}; !set.empty()) cookie = set.substr(0, set.find(';'));
      auto value = json::parse(as_text(response.body));
      CHECK(value.has_value());
      return std::move(value).value();
    }
    json::Value post(const std::string& path, const json::Value& body = json::Value::object()) { return call("POST", path, body); }
    json::Value start(const std::string& shop, const std::string& terminal = "") {
      return post("/api/start", json::Value::object({{"shop", shop}, {"terminal", terminal}, {"language", "en"}}));
    }
    json::Value choose(const std::string& document, const std::string& holder) {
      return post("/api/choose", json::Value::object({{"document", document}, {"holder", holder}}));
    }
  };

  FakeClock clock;
  crypto::SystemRandom random;
  services::Directory directory;
  TestCa auth_ca{"User authentication CA"}, seal_ca{"Municipal CA"};
  OcspPlace ocsp{auth_ca, clock};
  KioskNetwork network{ocsp};
  std::unique_ptr<store::Store> store = store::open_sqlite(":memory:", services::kiosk_schema()).value();
  PlainPaperMaker plain_maker;
  services::SignedPaperMaker signed_maker;
  bool real_maker = false;
  std::vector<std::unique_ptr<crypto::SoftwareSigner>> seal_keys;
  std::vector<x509::Certificate> seal_certificates;
  std::vector<std::unique_ptr<TestCardReader>> readers;
  std::unique_ptr<services::Kiosk> kiosk;
  std::unique_ptr<http::Router> router;
  unsigned serials = 1;

 private:
  size_t terminals_per_shop_;
};

}  // namespace mitome::testing
