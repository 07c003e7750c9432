// The town for other devices: its root speaks for one host, and OpenSSL as a browser would use it agrees.
#include "apps/web/public_side.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "apps/town/storage.h"
#include "net/system_clock.h"
#include "testing/fakes.h"

namespace mitome::web {
namespace {

constexpr std::string_view kHost = "town.local";

struct PublicSideTest : ::testing::Test {
  Result<PublicSide> open(const std::string& url, uint16_t port = 8700) {
    return PublicSide::open(url, port, storage, random, keys, clock.now());
  }
  Reason refusal(const std::string& url, uint16_t port = 8700) {
    const auto opened = open(url, port);
    return opened ? Reason::GOOD : opened.error().reason;
  }
  /// OpenSSL's verdict on a TLS server that shows this, by a client that trusts the town's root and wants `host`.
  long verdict(std::shared_ptr<const net::TlsIdentity> identity, const std::string& host, int newest = TLS1_3_VERSION) {
    const auto handle = [](const http::Request&) { return http::Response::json(json::Value{1}); };
    auto server = net::HttpServer::start({{.handle = handle, .tls = identity}});
    EXPECT_TRUE(server);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    SSL_CTX_set_max_proto_version(context.get(), newest);
    if (newest < TLS1_2_VERSION) SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
    const Bytes der = root().certificate.der();
    const unsigned char* at = der.data();
    const std::unique_ptr<X509, decltype(&X509_free)> trusted{d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free};
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), trusted.get());
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio{BIO_new_ssl_connect(context.get()), BIO_free_all};
    BIO_set_conn_hostname(bio.get(), ("127.0.0.1:" + std::to_string((*server)->port(0))).c_str());
    SSL* ssl = nullptr;
    BIO_get_ssl(bio.get(), &ssl);
    SSL_set1_host(ssl, host.c_str());
    const bool shaken = BIO_do_handshake(bio.get()) == 1;
    return shaken ? SSL_get_verify_result(ssl) : -1;
  }
  town::Identity root() {
    return *town::kept_identity(storage, "keys/tls-root-" + std::string{kHost}, {}, nullptr, random, keys, clock.now());
  }

  net::SystemClock clock;  // as OpenSSL judges
  town::MemoryStorage storage;
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
};

TEST_F(PublicSideTest, TakesAHostNameAndNothingElse) {
  EXPECT_EQ(refusal("https://town.local"), Reason::GOOD);
  EXPECT_EQ(refusal("https://town.local:8700/"), Reason::GOOD);
  for (const char* url : {"http://town.local", "town.local", "https://", "https://192.168.0.2", "https://[::1]", "https://Town.local",
                          "https://town.local:8701", "https://town.local/page", "https://a..b", "https://-a.b",
                          "https://town.local'><script>", "https://u@town.local"})
    EXPECT_EQ(refusal(url), Reason::USAGE) << url;
}

TEST_F(PublicSideTest, ADeviceThatTrustsTheRootTrustsTheTown) {
  const auto side = open("https://town.local");
  ASSERT_TRUE(side);
  EXPECT_EQ(verdict(side->tls(), std::string{kHost}), X509_V_OK);
  EXPECT_EQ(verdict(side->tls(), "bank.example"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verdict(side->tls(), std::string{kHost}, TLS1_1_VERSION), -1) << "TLS 1.1 is out of use (RFC 8996)";
}

TEST_F(PublicSideTest, TheRootIsKeptAndSpeaksForItsHostAlone) {
  const std::string first = open("https://town.local")->fingerprint();
  EXPECT_EQ(open("https://town.local")->fingerprint(), first);
  EXPECT_NE(open("https://other.local")->fingerprint(), first);
  const town::Identity issuer = root();
  const town::IdentityPlan plan{.common_name = "bank.example", .life = Days{30}, .hosts = {"bank.example"}};
  const auto forged = *town::make_identity(plan, &issuer, random, keys, clock.now());
  const auto shown = std::make_shared<net::TlsIdentity>(net::TlsIdentity{forged.certificate.pem(), forged.signer->key().pkcs8()});
  EXPECT_EQ(verdict(shown, "bank.example"), X509_V_ERR_PERMITTED_VIOLATION);
}

TEST_F(PublicSideTest, ShowsTheRootAndHowToTrustIt) {
  const auto side = open("https://town.local");
  ASSERT_TRUE(side);
  EXPECT_EQ(side->root_url(), "http://town.local:8710/");
  const auto page = side->root_page(http::get(side->root_url()));
  EXPECT_NE(as_text(page.body).find(side->fingerprint()), std::string_view::npos);
  const auto file = side->root_page(http::get(side->root_url() + "mitome-town-root.crt"));
  EXPECT_EQ(file.header("Content-Type"), "application/x-x509-ca-cert");
  EXPECT_EQ(x509::Certificate::parse(file.body)->fingerprint(), root().certificate.fingerprint());
  EXPECT_EQ(side->root_page(http::get(side->root_url() + "keys")).status, 404);
  EXPECT_EQ(side->root_page(http::post_json(side->root_url(), json::Value{1})).status, 405);
  EXPECT_NE(side->page_head().find("\"phone\":\"https://town.local:8709\""), std::string::npos);
}

TEST_F(PublicSideTest, WhatIsNoIdentityOpensNoDoor) {
  const auto broken = std::make_shared<net::TlsIdentity>(net::TlsIdentity{"no certificate", crypto::SecretBytes{Bytes(3, 1)}});
  const auto server = net::HttpServer::start({{.tls = broken}});
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::web
