#include "apps/mdoc/mdoc_files.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"
#include "codec/pem/pem.h"
#include "credential/mdoc/device_auth.h"

namespace mitome::apps {
namespace {

constexpr int kMaxClaimDepth = 8;

Error malformed(std::string what) { return {Reason::MALFORMED, std::move(what)}; }

Result<void> write_value(cbor::Writer& out, const json::Value& value, int depth);

/// {"$date": …} and {"$bytes": …} are values that JSON does not have.
Result<bool> write_special(cbor::Writer& out, const json::Value& value) {
  if (value.members().size() != 1) return false;
  if (const auto* date = value.find("$date")) {
    TRY_ASSIGN(const std::string text, date->as_string());
    TRY_ASSIGN(const Date day, date_from_text(text));
    out.tag(1004).text(to_full_date(day));
    return true;
  }
  if (const auto* bytes = value.find("$bytes")) {
    TRY_ASSIGN(const std::string text, bytes->as_string());
    TRY_ASSIGN(const Bytes decoded, base64url::decode_standard(text));
    out.bytes(decoded);
    return true;
  }
  return false;
}

Result<void> write_object(cbor::Writer& out, const json::Value& value, int depth) {
  TRY_ASSIGN(const bool special, write_special(out, value));
  if (special) return {};
  out.map(value.members().size());
  for (const auto& [name, member] : value.members()) {
    out.text(name);
    TRY(write_value(out, member, depth + 1));
  }
  return {};
}

Result<void> write_value(cbor::Writer& out, const json::Value& value, int depth) {
  if (depth > kMaxClaimDepth) return Error{Reason::LIMIT_EXCEEDED, "claims too deep"};
  if (value.is_object()) return write_object(out, value, depth);
  if (value.is_array()) {
    out.array(value.items().size());
    for (const auto& item : value.items()) TRY(write_value(out, item, depth + 1));
    return {};
  }
  if (value.is_string()) {
    out.text(*value.as_string());
  } else if (value.is_bool()) {
    out.boolean(*value.as_bool());
  } else if (value.is_int()) {
    out.integer(*value.as_int());
  } else if (value.is_double()) {
    out.floating(*value.as_double());
  } else {
    out.null();
  }
  return {};
}

Result<std::optional<Instant>> time_member(const json::Value& claims, std::string_view name) {
  if (claims.find(name) == nullptr) return std::optional<Instant>{};
  TRY_ASSIGN(const std::string text, claims.string_at(name));
  TRY_ASSIGN(const Instant time, time_argument(text));
  return std::optional{time};
}

}  // namespace

Result<Bytes> read_bytes(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return Error{Reason::STORAGE_FAILED, "cannot read " + path};
  Bytes out;
  char part[64 * 1024];
  while (in.read(part, sizeof part), in.gcount() > 0) {
    append(out, as_bytes(std::string_view{part, static_cast<size_t>(in.gcount())}));
    if (out.size() > kMaxFileSize) return Error{Reason::LIMIT_EXCEEDED, path};
  }
  if (in.bad()) return Error{Reason::STORAGE_FAILED, "cannot read " + path};
  return out;
}

Result<void> write_bytes(const std::string& path, ByteView bytes) {
  const std::string part = path + ".part";
  {
    std::ofstream out{part, std::ios::binary | std::ios::trunc};
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) return Error{Reason::STORAGE_FAILED, "cannot write " + part};
  }
  std::error_code failed;
  std::filesystem::rename(part, path, failed);
  if (failed) return Error{Reason::STORAGE_FAILED, "cannot write " + path};
  return {};
}

Result<std::vector<x509::Certificate>> read_certificates(const std::string& path) {
  TRY_ASSIGN(const Bytes text, read_bytes(path));
  TRY_ASSIGN(const auto blocks, pem::decode(as_text(text)));
  std::vector<x509::Certificate> out;
  for (const auto& block : blocks) {
    if (block.label != "CERTIFICATE") continue;
    TRY_ASSIGN(auto certificate, x509::Certificate::parse(block.der));
    out.push_back(std::move(certificate));
  }
  if (out.empty()) return malformed("no certificate in " + path);
  return out;
}

Result<crypto::PrivateKey> read_private_key(const std::string& path) {
  TRY_ASSIGN(Bytes text, read_bytes(path));
  const crypto::SecretBytes secret{std::move(text)};
  return crypto::PrivateKey::from_pem(as_text(secret.reveal()));
}

Result<crypto::PublicKey> read_public_key(const std::string& path) {
  TRY_ASSIGN(Bytes text, read_bytes(path));
  const crypto::SecretBytes secret{std::move(text)};
  if (const auto key = crypto::PrivateKey::from_pem(as_text(secret.reveal()))) return key->public_key();
  return crypto::PublicKey::from_pem(as_text(secret.reveal()));
}

Result<Bytes> read_transcript(const std::string& path) {
  TRY_ASSIGN(const Bytes bytes, read_bytes(path));
  return mdoc::bare_session_transcript(bytes);
}

Result<ClaimsFile> parse_claims(std::string_view text) {
  TRY_ASSIGN(const json::Value claims, json::parse(text));
  ClaimsFile out;
  TRY_ASSIGN(out.doctype, claims.string_at("doctype"));
  const auto* name_spaces = claims.find("namespaces");
  if (name_spaces == nullptr || !name_spaces->is_object()) return malformed("claims without namespaces");
  for (const auto& [name, elements] : name_spaces->members()) {
    if (!elements.is_object()) return malformed("namespace " + name + " is not an object");
    mdoc::ClaimNameSpace name_space{name, {}};
    for (const auto& [identifier, value] : elements.members()) {
      cbor::Writer encoded;
      TRY(write_value(encoded, value, 0));
      name_space.elements.push_back({identifier, encoded.take()});
    }
    out.name_spaces.push_back(std::move(name_space));
  }
  TRY_ASSIGN(out.valid_from, time_member(claims, "valid_from"));
  TRY_ASSIGN(out.valid_until, time_member(claims, "valid_until"));
  return out;
}

Result<Instant> time_argument(const std::string& text) {
  if (const auto day = date_from_text(text)) return japan_instant(*day, 0, 0, 0);
  return instant_from_rfc3339(text);
}

}  // namespace mitome::apps
