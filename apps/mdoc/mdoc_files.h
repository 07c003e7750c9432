// The files of `mitome mdoc`: claims in JSON, keys and certificates in PEM, messages in CBOR.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "credential/mdoc/issue.h"

namespace mitome::apps {

inline constexpr size_t kMaxFileSize = 16 * 1024 * 1024;

/// STORAGE_FAILED when it cannot be read, LIMIT_EXCEEDED over kMaxFileSize.
Result<Bytes> read_bytes(const std::string& path);
/// Written beside and renamed into place, so that no reader sees half of it. STORAGE_FAILED.
Result<void> write_bytes(const std::string& path, ByteView bytes);

/// All CERTIFICATE blocks of a PEM file. MALFORMED when there is none.
Result<std::vector<x509::Certificate>> read_certificates(const std::string& path);
Result<crypto::PrivateKey> read_private_key(const std::string& path);
/// A public key, or the public half of a private key.
Result<crypto::PublicKey> read_public_key(const std::string& path);
/// A session transcript, bare or with tag 24: bare.
Result<Bytes> read_transcript(const std::string& path);

struct ClaimsFile {
  std::string doctype;
  std::vector<mdoc::ClaimNameSpace> name_spaces;
  std::optional<Instant> valid_from, valid_until;
};
/// {"doctype", "namespaces": {ns: {element: value}}, "valid_from"?, "valid_until"?}; {"$date": "1980-02-17"} is a full-date (tag 1004),
/// {"$bytes": base64} a bstr. MALFORMED.
Result<ClaimsFile> parse_claims(std::string_view text);

/// RFC 3339, or a day, which means its beginning in Japan.
Result<Instant> time_argument(const std::string& text);

}  // namespace mitome::apps
