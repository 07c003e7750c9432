#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <bit>

#include "base/check.h"
#include "codec/der/der.h"
#include "codec/pem/pem.h"
#include "crypto/evp.h"
#include "crypto/hash.h"

namespace mitome::crypto {
namespace {

Error bad_key(const char* detail) { return crypto_error(Reason::BAD_KEY, detail); }

bool is_point(ByteView point, size_t coordinate) {
  if (point.empty()) return false;
  if (point[0] == 0x04) return point.size() == 1 + 2 * coordinate;
  return (point[0] == 0x02 || point[0] == 0x03) && point.size() == 1 + coordinate;
}

/// The uncompressed form of a point that was found to be on its curve (SEC 1 2.3.4).
Result<Bytes> read_point(KeyType type, ByteView point) {
  if (!is_point(point, curve_of(type).coordinate)) return bad_key("not a point in SEC 1 form");
  CurveWorkshop& workshop = CurveWorkshop::of(type);
  if (!workshop.load(point)) return bad_key("the point is not on its curve");
  return point[0] == 0x04 ? to_bytes(point) : workshop.point();
}

/// SubjectPublicKeyInfo (RFC 5480 2): what stands before the point is the same for every key of a curve.
Bytes encode_ec_spki(KeyType type, ByteView point) {
  const auto make_prefix = [](const Curve& curve) {
    const Bytes no_point(1 + 2 * curve.coordinate);
    const Bytes algorithm = der::sequence({der::oid(kEcPublicKeyOid), der::oid(curve.oid)});
    Bytes whole = der::sequence({algorithm, der::bit_string(no_point)});
    whole.resize(whole.size() - no_point.size());
    return whole;
  };
  static const Bytes p256 = make_prefix(curve_of(KeyType::kP256));
  static const Bytes p384 = make_prefix(curve_of(KeyType::kP384));
  return concat({type == KeyType::kP256 ? p256 : p384, point});
}

size_t bit_count(ByteView magnitude) {
  size_t bits = magnitude.size() * 8;
  for (uint8_t mask = 0x80; mask != 0 && (magnitude[0] & mask) == 0; mask >>= 1) --bits;
  return bits;
}

/// The magnitude of a positive DER INTEGER, at least 1.
Result<ByteView> positive(const der::Element& element) {
  ByteView content = element.content;
  if (content.empty() || content[0] >= 0x80) return bad_key("an RSA number that is empty or negative");
  if (content[0] == 0) {
    content = content.subspan(1);
    if (content.empty() || content[0] < 0x80) return bad_key("an RSA number that is zero or not minimal");
  }
  return content;
}

/// RSAPublicKey (RFC 8017 A.1.1)
Result<EvpKey> rsa_from_der(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const der::Element sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader inner{sequence.content};
  TRY_ASSIGN(const der::Element n, inner.expect(der::kInteger));
  TRY_ASSIGN(const der::Element e, inner.expect(der::kInteger));
  TRY(inner.finish());
  TRY_ASSIGN(const ByteView modulus, positive(n));
  TRY_ASSIGN(const ByteView exponent, positive(e));
  if (bit_count(modulus) < kMinRsaBits || bit_count(modulus) > kMaxRsaBits || (modulus.back() & 1) == 0)
    return bad_key("an RSA modulus of another size, or even");
  // 64 bits are what OpenSSL verifies with at every modulus size; real keys have 65537.
  if (exponent.size() > 8 || (exponent.back() & 1) == 0 || (exponent.size() == 1 && exponent[0] == 1))
    return bad_key("an RSA exponent that is even, 1 or over 64 bits");

  static_assert(std::endian::native == std::endian::little);  // OSSL_PARAM integers are in the machine's order
  const auto native = [](ByteView magnitude) { return Bytes{magnitude.rbegin(), magnitude.rend()}; };
  Bytes native_modulus = native(modulus);
  Bytes native_exponent = native(exponent);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, native_modulus.data(), native_modulus.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, native_exponent.data(), native_exponent.size()), OSSL_PARAM_END};
  const EvpContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  CHECK(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return bad_key("an RSA key");
  return EvpKey{key};
}

PublicKey make_ec(KeyType type, Bytes point, Bytes spki) {
  auto impl = std::make_shared<PublicKey::Impl>();
  impl->type = type;
  impl->point = std::move(point);
  impl->spki = std::move(spki);
  return PublicKey{std::move(impl)};
}

PublicKey make_rsa(EvpKey key, Bytes spki) {
  auto impl = std::make_shared<PublicKey::Impl>();
  impl->type = KeyType::kRsa;
  impl->rsa = std::move(key);
  impl->spki = std::move(spki);
  return PublicKey{std::move(impl)};
}

struct SpkiParts {
  KeyType type;
  ByteView key;  ///< content of the BIT STRING
};

Result<SpkiParts> split_spki(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const der::Element spki, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader inner{spki.content};
  TRY_ASSIGN(const der::Element algorithm, inner.expect(der::kSequence));
  TRY_ASSIGN(const der::Element bits, inner.expect(der::kBitString));
  TRY(inner.finish());
  if (bits.content.empty() || bits.content[0] != 0) return bad_key("a key of a broken number of bits");
  static const Bytes p256 = concat({der::oid(kEcPublicKeyOid), der::oid(curve_of(KeyType::kP256).oid)});
  static const Bytes p384 = concat({der::oid(kEcPublicKeyOid), der::oid(curve_of(KeyType::kP384).oid)});
  static const Bytes rsa = concat({der::oid(kRsaEncryptionOid), der::null()});  // RFC 3279 2.3.1: NULL is required
  const ByteView key = bits.content.subspan(1);
  if (equal(algorithm.content, p256)) return SpkiParts{KeyType::kP256, key};
  if (equal(algorithm.content, p384)) return SpkiParts{KeyType::kP384, key};
  if (equal(algorithm.content, rsa)) return SpkiParts{KeyType::kRsa, key};
  return bad_key("neither P-256, P-384 nor RSA");
}

/// What cannot be read as DER is a bad key too.
template <typename T>
Result<T> as_bad_key(Result<T> result) {
  if (!result && result.error().reason == Reason::MALFORMED) return bad_key("not the DER of a public key");
  return result;
}

/// Ecdsa-Sig-Value of a raw signature of exactly two coordinates, without heap. 0 when the size is another.
size_t raw_to_der(ByteView raw, size_t coordinate, std::span<uint8_t, 2 * (48 + 3) + 3> out) {
  if (raw.size() != 2 * coordinate) return 0;
  size_t at = 2;
  for (ByteView part : {raw.first(coordinate), raw.subspan(coordinate)}) {
    while (part.size() > 1 && part[0] == 0) part = part.subspan(1);
    const bool pad = part[0] >= 0x80;
    out[at++] = der::kInteger;
    out[at++] = static_cast<uint8_t>(part.size() + (pad ? 1 : 0));
    if (pad) out[at++] = 0;
    for (const uint8_t byte : part) out[at++] = byte;
  }
  out[0] = der::kSequence;
  out[1] = static_cast<uint8_t>(at - 2);  // at most 2 * 51 = 102: one length byte
  return at;
}

bool run_verify(EVP_PKEY_CTX* context, ByteView digest, ByteView signature) {
  if (EVP_PKEY_verify(context, signature.data(), signature.size(), digest.data(), digest.size()) == 1) return true;
  ERR_clear_error();
  return false;
}

EvpContext verifying_context(EVP_PKEY* key) {
  EvpContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  CHECK(context != nullptr && EVP_PKEY_verify_init(context.get()) == 1);
  return context;
}

bool verify_rsa_digest(const PublicKey::Impl& key, ByteView digest, ByteView signature) {
  CHECK(digest.size() == sizeof(Sha256Digest));
  if (signature.size() != static_cast<size_t>(EVP_PKEY_get_size(key.rsa.get()))) return false;
  EvpContext context = key.rsa_verifying.take();  // the pool holds contexts of this padding
  if (context == nullptr) {
    context = verifying_context(key.rsa.get());
    CHECK(set_rsa_padding(context.get(), SignatureAlgorithm::kRsaPkcs1Sha256));
  }
  const bool good = run_verify(context.get(), digest, signature);
  key.rsa_verifying.put(std::move(context));
  return good;
}

}  // namespace

size_t coordinate_size(KeyType type) { return curve_of(type).coordinate; }

Result<PublicKey> PublicKey::from_spki(ByteView der) {
  TRY_ASSIGN(const SpkiParts parts, as_bad_key(split_spki(der)));
  if (parts.type == KeyType::kRsa) {
    TRY_ASSIGN(EvpKey key, as_bad_key(rsa_from_der(parts.key)));
    return make_rsa(std::move(key), to_bytes(der));
  }
  TRY_ASSIGN(Bytes point, read_point(parts.type, parts.key));
  return make_ec(parts.type, std::move(point), to_bytes(der));
}

Result<PublicKey> PublicKey::from_point(KeyType type, ByteView point) {
  if (type == KeyType::kRsa) return bad_key("RSA keys have no point");
  TRY_ASSIGN(Bytes uncompressed, read_point(type, point));
  Bytes spki = encode_ec_spki(type, uncompressed);
  return make_ec(type, std::move(uncompressed), std::move(spki));
}

Result<PublicKey> PublicKey::from_coordinates(KeyType type, ByteView x, ByteView y) {
  if (type == KeyType::kRsa) return bad_key("RSA keys have no point");
  if (x.size() != coordinate_size(type) || y.size() != x.size()) return bad_key("a coordinate of another size");
  static constexpr uint8_t kUncompressed = 0x04;
  return from_point(type, concat({ByteView{&kUncompressed, 1}, x, y}));
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  const auto der = pem::decode_one(pem, "PUBLIC KEY");
  if (!der) return bad_key("no PUBLIC KEY block");
  return from_spki(*der);
}

KeyType PublicKey::type() const { return impl_->type; }

const Bytes& PublicKey::spki() const { return impl_->spki; }

Bytes PublicKey::point() const {
  CHECK(type() != KeyType::kRsa);
  return impl_->point;
}

size_t PublicKey::modulus_size() const {
  CHECK(type() == KeyType::kRsa);
  return static_cast<size_t>(EVP_PKEY_get_size(impl_->rsa.get()));
}

std::string PublicKey::pem() const { return pem::encode("PUBLIC KEY", spki()); }

bool PublicKey::verify(SignatureAlgorithm algorithm, ByteView message, ByteView signature) const {
  if (type() != KeyType::kRsa) {
    if (algorithm != curve_of(type()).algorithm || signature.size() != 2 * coordinate_size(type())) return false;
    if (type() == KeyType::kP384) return verify_digest(sha384(message), signature);
    return verify_digest(sha256(message), signature);
  }
  if (algorithm == SignatureAlgorithm::kRsaPkcs1Sha256) return verify_digest(sha256(message), signature);
  if (algorithm != SignatureAlgorithm::kRsaPssSha256 || signature.size() != modulus_size()) return false;
  EvpContext context = verifying_context(impl_->rsa.get());
  CHECK(set_rsa_padding(context.get(), algorithm));
  return run_verify(context.get(), sha256(message), signature);
}

bool PublicKey::verify_digest(ByteView digest, ByteView signature) const {
  if (type() == KeyType::kRsa) return verify_rsa_digest(*impl_, digest, signature);
  CHECK(digest.size() == coordinate_size(type()));
  std::array<uint8_t, 2 * (48 + 3) + 3> der;
  const size_t size = raw_to_der(signature, coordinate_size(type()), der);
  if (size == 0) return false;
  CurveWorkshop& workshop = CurveWorkshop::of(type());
  CHECK(workshop.load(impl_->point));
  return workshop.verify(digest, ByteView{der}.first(size));
}

}  // namespace mitome::crypto
