#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "codec/der/der.h"
#include "codec/pem/pem.h"
#include "crypto/evp.h"
#include "crypto/hash.h"

namespace mitome::crypto {
namespace {

struct Free {
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_clear_free(point); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Error bad_key(const char* detail) { return crypto_error(Reason::BAD_KEY, detail); }

template <typename T>
Result<T> as_bad_key(Result<T> result) {
  if (!result && result.error().reason == Reason::MALFORMED) return bad_key("not the DER of a private key");
  return result;
}

/// The point that belongs to a scalar in [1, n-1].
Result<Bytes> public_point(const EC_GROUP* group, const BIGNUM* scalar, size_t coordinate) {
  if (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
    return bad_key("the scalar is zero or not below the order");
  const Owned<EC_POINT> point{EC_POINT_new(group)};
  const Owned<BN_CTX> work{BN_CTX_secure_new()};
  CHECK(point != nullptr && work != nullptr);
  CHECK(EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, work.get()) == 1);
  Bytes out(1 + 2 * coordinate);
  CHECK(EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), work.get()) ==
        out.size());
  return out;
}

EvpKey ec_key(KeyType type, const BIGNUM* scalar, ByteView point) {
  const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
  CHECK(builder != nullptr);
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve_of(type).name, 0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1);
  CHECK(OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar, curve_of(type).coordinate) == 1);
  const Owned<OSSL_PARAM> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const EvpContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  CHECK(parameters != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  CHECK(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  return EvpKey{key};
}

PrivateKey make(KeyType type, EvpKey key, PublicKey public_key) {
  return PrivateKey{
      std::unique_ptr<PrivateKey::Impl>{new PrivateKey::Impl{type, std::move(key), std::move(public_key), {}}}};
}

/// A key that OpenSSL holds already: only its public half is encoded anew.
Result<PrivateKey> from_evp(KeyType type, EvpKey key) {
  uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return bad_key("no public half");
  auto public_key = PublicKey::from_spki({der, static_cast<size_t>(size)});
  OPENSSL_free(der);
  if (!public_key) return std::move(public_key).error();
  return make(type, std::move(key), std::move(*public_key));
}

/// ECPrivateKey (RFC 5915 3). `type` is what the surrounding PKCS#8 says, absent in a bare SEC 1 file.
Result<PrivateKey> from_ec_private_key(ByteView der, std::optional<KeyType> type) {
  der::Reader outer{der};
  TRY_ASSIGN(const der::Element sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader inner{sequence.content};
  TRY_ASSIGN(const der::Element version, inner.expect(der::kInteger));
  TRY_ASSIGN(const int64_t number, der::small_integer(version));
  if (number != 1) return bad_key("an ECPrivateKey of another version");
  TRY_ASSIGN(const der::Element scalar, inner.expect(der::kOctetString));
  if (inner.peek() == der::constructed(0)) {
    TRY_ASSIGN(const der::Element parameters, inner.next());
    const bool p256 = equal(parameters.content, der::oid(curve_of(KeyType::kP256).oid));
    const bool p384 = equal(parameters.content, der::oid(curve_of(KeyType::kP384).oid));
    if (!p256 && !p384) return bad_key("another curve");
    const KeyType named = p256 ? KeyType::kP256 : KeyType::kP384;
    if (type.value_or(named) != named) return bad_key("two curves");
    type = named;
  }
  if (!type.has_value()) return bad_key("no curve");
  TRY_ASSIGN(PrivateKey key, PrivateKey::from_scalar(*type, scalar.content));
  if (inner.peek() == der::constructed(1)) {
    TRY_ASSIGN(const der::Element given, inner.next());
    TRY_ASSIGN(const PublicKey public_key, PublicKey::from_point(*type, [&] {
                 der::Reader bits{given.content};
                 const auto element = bits.expect(der::kBitString);
                 const bool whole = element && bits.finish() && !element->content.empty() && element->content[0] == 0;
                 return whole ? element->content.subspan(1) : ByteView{};
               }()));
    if (!(public_key == key.public_key())) return bad_key("the public half is another key's");
  }
  TRY(inner.finish());
  return key;
}

/// RSAPrivateKey, already known to fill its OCTET STRING.
Result<PrivateKey> from_rsa_private_key(ByteView der) {
  der::Reader outer{der};
  TRY(outer.expect(der::kSequence));
  TRY(outer.finish());
  const uint8_t* at = der.data();
  EvpKey key{d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size()))};
  if (key == nullptr || at != der.data() + der.size()) return bad_key("an RSA private key");
  return from_evp(KeyType::kRsa, std::move(key));
}

/// PrivateKeyInfo (RFC 5208 5); attributes are not taken.
Result<PrivateKey> read_pkcs8(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const der::Element sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader inner{sequence.content};
  TRY_ASSIGN(const der::Element version, inner.expect(der::kInteger));
  TRY_ASSIGN(const int64_t number, der::small_integer(version));
  TRY_ASSIGN(const der::Element algorithm, inner.expect(der::kSequence));
  TRY_ASSIGN(const der::Element key, inner.expect(der::kOctetString));
  if (number != 0 || !inner.empty()) return bad_key("a PrivateKeyInfo of another version or with attributes");
  const Bytes ec = der::oid(kEcPublicKeyOid);
  if (equal(algorithm.content, concat({ec, der::oid(curve_of(KeyType::kP256).oid)})))
    return from_ec_private_key(key.content, KeyType::kP256);
  if (equal(algorithm.content, concat({ec, der::oid(curve_of(KeyType::kP384).oid)})))
    return from_ec_private_key(key.content, KeyType::kP384);
  if (equal(algorithm.content, concat({der::oid(kRsaEncryptionOid), der::null()})))
    return from_rsa_private_key(key.content);
  return bad_key("neither P-256, P-384 nor RSA");
}

Result<Bytes> run_sign(EVP_PKEY_CTX* context, ByteView input, size_t most) {
  Bytes out(most);
  size_t size = out.size();
  if (EVP_PKEY_sign(context, out.data(), &size, input.data(), input.size()) != 1)
    return crypto_error(Reason::CRYPTO_FAILED, "signing failed");
  out.resize(size);
  return out;
}

EvpContext signing_context(EVP_PKEY* key) {
  EvpContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  CHECK(context != nullptr && EVP_PKEY_sign_init(context.get()) == 1);
  return context;
}

Result<Bytes> sign_rsa(const PrivateKey::Impl& key, SignatureAlgorithm algorithm, ByteView digest) {
  const EvpContext context = signing_context(key.key.get());
  CHECK(set_rsa_padding(context.get(), algorithm));
  return run_sign(context.get(), digest, key.public_key.modulus_size());
}

}  // namespace

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;  // OpenSSL clears the numbers of a key when it frees them

Result<PrivateKey> PrivateKey::from_pkcs8(ByteView der) { return as_bad_key(read_pkcs8(der)); }

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  auto blocks = pem::decode(pem);
  if (!blocks) return bad_key("not a PEM file");
  std::optional<Result<PrivateKey>> found;
  for (pem::Block& block : *blocks) {
    const SecretBytes der{std::move(block.der)};  // wiped whichever block it is
    if (found.has_value()) continue;
    if (block.label == "PRIVATE KEY") found.emplace(from_pkcs8(der.reveal()));
    if (block.label == "EC PRIVATE KEY") found.emplace(as_bad_key(from_ec_private_key(der.reveal(), std::nullopt)));
  }
  if (!found.has_value()) return bad_key("no PRIVATE KEY block");
  return std::move(*found);
}

Result<PrivateKey> PrivateKey::from_scalar(KeyType type, ByteView scalar) {
  if (type == KeyType::kRsa) return bad_key("RSA keys have no scalar");
  const size_t coordinate = coordinate_size(type);
  if (scalar.size() != coordinate) return bad_key("a scalar of another size");
  const Owned<EC_GROUP> group{EC_GROUP_new_by_curve_name(curve_of(type).nid)};
  const BigNumber number{BN_secure_new()};
  CHECK(group != nullptr && number != nullptr);
  CHECK(BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), number.get()) != nullptr);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  TRY_ASSIGN(const Bytes point, public_point(group.get(), number.get(), coordinate));
  TRY_ASSIGN(PublicKey public_key, PublicKey::from_point(type, point));
  return make(type, ec_key(type, number.get(), point), std::move(public_key));
}

KeyType PrivateKey::type() const { return impl_->type; }
const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

SecretBytes PrivateKey::pkcs8() const {
  const Owned<PKCS8_PRIV_KEY_INFO> info{EVP_PKEY2PKCS8(impl_->key.get())};
  CHECK(info != nullptr);
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  CHECK(size > 0);
  Bytes out(static_cast<size_t>(size));
  uint8_t* at = out.data();
  CHECK(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at) == size);
  return SecretBytes{std::move(out)};
}

// Through OpenSSL's own writer: it clears its buffers, std::string would not.
SecretBytes PrivateKey::pem() const {
  const Owned<BIO> bio{BIO_new(BIO_s_mem())};
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return SecretBytes::copy_of(as_bytes({data, static_cast<size_t>(size)}));
}

Result<Bytes> PrivateKey::sign(SignatureAlgorithm algorithm, ByteView message) const {
  if (type() == KeyType::kRsa) {
    if (algorithm != SignatureAlgorithm::kRsaPkcs1Sha256 && algorithm != SignatureAlgorithm::kRsaPssSha256)
      return Error{Reason::BAD_KEY, "an RSA key signs RSA"};
    return sign_rsa(*impl_, algorithm, sha256(message));
  }
  if (algorithm != curve_of(type()).algorithm) return Error{Reason::BAD_KEY, "the algorithm does not fit the curve"};
  EvpContext context = impl_->signing.take();
  if (context == nullptr) context = signing_context(impl_->key.get());
  const size_t coordinate = coordinate_size(type());
  auto der = run_sign(context.get(), digest_for(type(), message), 2 * coordinate + 9);
  impl_->signing.put(std::move(context));
  if (!der) return std::move(der).error();
  return ecdsa_der_to_raw(*der, coordinate);
}

Result<Bytes> PrivateKey::sign_pkcs1_raw(ByteView input) const {
  if (type() != KeyType::kRsa) return Error{Reason::BAD_KEY, "not an RSA key"};
  if (input.size() + 11 > public_key().modulus_size())
    return Error{Reason::LIMIT_EXCEEDED, "over modulus - 11 bytes to sign"};
  const EvpContext context = signing_context(impl_->key.get());
  CHECK(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
  static constexpr uint8_t kNothing = 0;  // OpenSSL refuses a null pointer even for no bytes
  return run_sign(context.get(), input.empty() ? ByteView{&kNothing, 0} : input, public_key().modulus_size());
}

Result<Bytes> PrivateKey::sign_pss_digest(ByteView digest) const {
  if (type() != KeyType::kRsa) return Error{Reason::BAD_KEY, "not an RSA key"};
  if (digest.size() != 32) return Error{Reason::MALFORMED, "a SHA-256 digest has 32 bytes"};
  return sign_rsa(*impl_, SignatureAlgorithm::kRsaPssSha256, digest);
}

Result<SecretBytes> PrivateKey::agree(const PublicKey& peer) const {
  if (type() == KeyType::kRsa || peer.type() != type()) return Error{Reason::BAD_KEY, "keys of different curves"};
  const EvpContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, impl_->key.get(), nullptr)};
  CHECK(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1);
  // The peer's point was found to be on the curve when it was read; OpenSSL need not look again.
  CurveWorkshop& workshop = CurveWorkshop::of(type());
  CHECK(workshop.load(peer.impl().point));
  if (EVP_PKEY_derive_set_peer_ex(context.get(), workshop.key(), 0) != 1)
    return crypto_error(Reason::BAD_KEY, "the peer's key does not fit");
  Bytes secret(coordinate_size(type()));
  size_t size = secret.size();
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1)
    return crypto_error(Reason::CRYPTO_FAILED, "no shared secret");
  CHECK(size == secret.size());
  return SecretBytes{std::move(secret)};
}

PrivateKey SystemKeySource::generate(KeyType type) {
  EvpKey key{type == KeyType::kRsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048})
                                   : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_of(type).name)};
  CHECK(key != nullptr);
  return from_evp(type, std::move(key)).value();
}

Bytes sha256_digest_info(ByteView digest) {
  CHECK(digest.size() == 32);
  const Bytes algorithm = der::sequence({der::oid("2.16.840.1.101.3.4.2.1"), der::null()});
  return der::sequence({algorithm, der::octet_string(digest)});
}

}  // namespace mitome::crypto
