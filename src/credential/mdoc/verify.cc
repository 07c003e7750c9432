#include "credential/mdoc/verify.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/reader.h"
#include "credential/mdoc/verify_checks.h"
#include "crypto/hash.h"

namespace mitome::mdoc {
namespace {

/// What a document needs beside its own bytes before a check can look at it.
struct Parsed {
  crypto::Sha256Digest fingerprint;
  x509::Certificate signer;
  std::optional<x509::Certificate> anchor;
  bool remembered;
};

Result<Parsed> read_signer(const IssuerSigned& issuer_signed, SignerCache* cache) {
  const auto& chain = issuer_signed.issuer_auth.headers.x5chain;
  // 9.1.2.4: the chain is in the unprotected header. What follows the first certificate is not read: trust comes from the anchors.
  if (chain.empty()) return Error{Reason::UNTRUSTED_ISSUER, "no x5chain"};
  const auto fingerprint = crypto::sha256(chain.front());
  if (cache != nullptr) {
    if (auto known = cache->find(fingerprint)) {
      return Parsed{fingerprint, std::move(known->signer), std::move(known->anchor), true};
    }
  }
  TRY_ASSIGN(auto certificate, x509::Certificate::parse(chain.front()));
  return Parsed{fingerprint, std::move(certificate), std::nullopt, false};
}

Verified refused(Verified&& verified, Error error) {
  verified.report.verdict = error.reason;
  verified.report.detail = std::move(error.detail);
  verified.documents.clear();
  return std::move(verified);
}

Result<void> run(Subject& subject, size_t index, std::span<const CheckEntry> checks, Report& report) {
  Result<void> result;
  for (const auto& check : checks) {
    if (!result) {
      report.checks.push_back({check.id, check.clause, Outcome::kNotRun, Reason::GOOD, index});
      continue;
    }
    const bool skipped = check.id == "document_status" && subject.mso.status && subject.input.status_not_asked;
    result = check.run(subject);
    const Outcome outcome = !result ? Outcome::kFailed : skipped ? Outcome::kNotRun : Outcome::kPassed;
    report.checks.push_back({check.id, check.clause, outcome, result ? Reason::GOOD : result.error().reason, index});
  }
  return result;
}

Result<cbor::Document> parse_value(ByteView bytes) { return cbor::Document::parse(bytes, cose::kPeerEncoding); }

}  // namespace

/// Makes what only a finished verification may make.
class Verification {
 public:
  static VerifiedDocument accept(const Subject& subject) {
    VerifiedDocument out{subject.mso.device_key, {subject.signer, subject.anchor ? *subject.anchor : subject.signer}};
    out.doctype_ = subject.document.doctype;
    out.validity_ = subject.mso.validity;
    out.status_ = subject.mso.status;
    out.by_mac_ = subject.document.device_signed.mac.has_value();
    size_t count = 0;
    for (const auto& name_space : subject.document.issuer_signed.name_spaces) count += name_space.items.size();
    out.elements_.reserve(count);
    for (const auto& name_space : subject.document.issuer_signed.name_spaces) {
      for (const auto& item : name_space.items) {
        out.elements_.push_back({std::string{name_space.name}, std::string{item.identifier}, to_bytes(item.value)});
      }
    }
    for (const auto& element : subject.document.device_signed.elements) {
      out.device_elements_.push_back({std::string{element.name_space}, std::string{element.identifier}, to_bytes(element.value)});
    }
    return out;
  }
};

Verified verify_by(ByteView bytes, const VerifyInput& input, std::span<const CheckEntry> checks) {
  Verified verified;
  auto response = DeviceResponse::parse(bytes);
  if (!response) return refused(std::move(verified), std::move(response).error());
  if (response->documents.empty()) {
    return refused(std::move(verified), {Reason::QUERY_NOT_SATISFIED, "no document; status " + std::to_string(response->status)});
  }
  std::vector<MobileSecurityObject> msos;
  std::vector<Parsed> parsed;
  msos.reserve(response->documents.size());
  parsed.reserve(response->documents.size());
  for (const auto& document : response->documents) {
    auto signer = read_signer(document.issuer_signed, input.cache);
    if (!signer) return refused(std::move(verified), std::move(signer).error());
    auto mso = document.issuer_signed.mso();
    if (!mso) return refused(std::move(verified), std::move(mso).error());
    parsed.push_back(std::move(signer).value());
    msos.push_back(std::move(mso).value());
  }

  verified.report.checks.reserve(checks.size() * msos.size());
  std::vector<Subject> subjects;
  subjects.reserve(msos.size());
  for (size_t i = 0; i < msos.size(); ++i) {
    subjects.push_back({input, *response, response->documents[i], msos[i], msos, parsed[i].fingerprint, parsed[i].signer,
                        parsed[i].anchor, parsed[i].remembered, i + 1 == msos.size()});
    auto good = run(subjects.back(), i, checks, verified.report);
    if (!good) return refused(std::move(verified), std::move(good).error());
  }
  verified.documents.reserve(subjects.size());
  for (const auto& subject : subjects) verified.documents.push_back(Verification::accept(subject));
  return verified;
}

Verified verify_device_response(ByteView bytes, const VerifyInput& input) { return verify_by(bytes, input, verify_checks()); }

Result<void> verify_issuer_signed(ByteView issuer_signed, std::span<const x509::Certificate> anchors,
                                  const crypto::PublicKey& device_key, Instant now) {
  DeviceResponse response;
  response.documents.emplace_back();
  Document& document = response.documents.front();
  TRY_ASSIGN(document.issuer_signed, IssuerSigned::parse(issuer_signed));
  TRY_ASSIGN(const Parsed parsed, read_signer(document.issuer_signed, nullptr));
  TRY_ASSIGN(const MobileSecurityObject mso, document.issuer_signed.mso());
  document.doctype = mso.doctype;
  VerifyInput input;
  input.anchors = anchors;
  input.now = now;
  Subject subject{input, response, document, mso, {&mso, 1}, parsed.fingerprint, parsed.signer, std::nullopt, false, true};
  for (const auto& check : verify_checks()) {
    if (check.of_issuer) TRY(check.run(subject));
  }
  if (mso.device_key.type() != device_key.type() || mso.device_key.point() != device_key.point()) {
    return Error{Reason::DEVICE_KEY_MISMATCH, "the MSO binds another key"};
  }
  return {};
}

const VerifiedElement* VerifiedDocument::find(std::string_view name_space, std::string_view identifier) const {
  for (const auto& element : elements_) {
    if (element.identifier == identifier && element.name_space == name_space) return &element;
  }
  return nullptr;
}

Result<std::string> VerifiedElement::text() const {
  TRY_ASSIGN(const auto document, parse_value(value));
  TRY_ASSIGN(const std::string_view text, document.root().as_text());
  return std::string{text};
}

Result<Bytes> VerifiedElement::bytes() const {
  TRY_ASSIGN(const auto document, parse_value(value));
  TRY_ASSIGN(const ByteView view, document.root().as_bytes());
  return to_bytes(view);
}

Result<uint64_t> VerifiedElement::uint() const {
  TRY_ASSIGN(const auto document, parse_value(value));
  return document.root().as_uint();
}

Result<bool> VerifiedElement::boolean() const {
  TRY_ASSIGN(const auto document, parse_value(value));
  return document.root().as_bool();
}

Result<Date> VerifiedElement::date() const {
  TRY_ASSIGN(const auto document, parse_value(value));
  if (const auto full = document.root().as_tag(1004)) {
    TRY_ASSIGN(const std::string_view text, full->as_text());
    return date_from_text(text);
  }
  TRY_ASSIGN(const auto time, document.root().as_tag(0));
  TRY_ASSIGN(const std::string_view text, time.as_text());
  return date_from_text(text.substr(0, 10));
}

namespace {

json::Value value_to_json(const cbor::Value& value) {
  switch (value.type()) {
    case cbor::Type::kText: return json::Value{*value.as_text()};
    case cbor::Type::kBool: return json::Value{*value.as_bool()};
    case cbor::Type::kUint:
    case cbor::Type::kNegative: {
      const auto number = value.as_int();
      return number ? json::Value{*number} : json::Value{"number beyond 64 bits"};
    }
    case cbor::Type::kFloat: return json::Value{*value.as_float()};
    case cbor::Type::kBytes:
      return json::Value::object({{"$bytes", base64url::encode_standard(*value.as_bytes())}});
    case cbor::Type::kTag: return value_to_json(*value.first_child());
    case cbor::Type::kArray: {
      json::Value::Array items;
      for (auto item = value.first_child(); item; item = item->next_sibling()) items.push_back(value_to_json(*item));
      return json::Value{std::move(items)};
    }
    case cbor::Type::kMap: {
      json::Value::Object members;
      for (auto key = value.first_child(); key;) {
        const auto member = *key->next_sibling();
        const auto name = key->as_text();
        if (name) members.emplace_back(std::string{*name}, value_to_json(member));
        key = member.next_sibling();
      }
      return json::Value{std::move(members)};
    }
    case cbor::Type::kNull:
    case cbor::Type::kUndefined:
    case cbor::Type::kSimple: return json::Value{nullptr};
  }
  return json::Value{nullptr};
}

}  // namespace

json::Value VerifiedElement::to_json() const {
  const auto document = parse_value(value);
  CHECK(document.has_value());  // it was cut out of a parsed document
  return value_to_json(document->root());
}

}  // namespace mitome::mdoc
