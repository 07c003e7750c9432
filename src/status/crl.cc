// GET /status/crl/auth and /status/crl/sign
#include "status/status.h"

namespace mitome::status {
namespace {

/// The entries as bytes, to compare with those of the last CRL.
Bytes fingerprint(const std::vector<x509::RevokedEntry>& entries) {
  Bytes all;
  for (const auto& entry : entries) {
    append(all, entry.serial);
    all.push_back(entry.reason);
    append(all, as_bytes(to_rfc3339(entry.revoked_at)));
  }
  const auto digest = crypto::sha256(all);
  return {digest.begin(), digest.end()};
}

}  // namespace

Result<Bytes> Status::current_crl(registry::Ca ca) {
  const Authority* authority = nullptr;
  for (const auto& each : authorities_) {
    if (each.ca == ca) authority = &each;
  }
  if (authority == nullptr) return Error{Reason::NOT_FOUND, "no such authority"};
  // One at a time from the reading to the signature: a higher number never carries an older state.
  const std::lock_guard lock{mutex_};
  const Instant now = clock_.now();
  TRY_ASSIGN(const auto revoked, registry_.revoked(ca, now));
  std::vector<x509::RevokedEntry> entries;
  for (const auto& each : revoked) entries.push_back({each.serial, each.revoked_at, static_cast<uint8_t>(each.reason)});
  const std::string kind = "crl-" + std::string{registry::name_of(ca)};
  const Bytes content = fingerprint(entries);
  if (const Bytes* last = kept(kind, content, settings_.crl_life)) return *last;
  // Durable before it is signed, so that no number is ever given twice, whatever crashes (threats I10).
  TRY_ASSIGN(const int64_t number, registry_.next_publication(kind));
  TRY_ASSIGN(Bytes crl, x509::issue_crl(authority->certificate, authority->signer, now, now + settings_.crl_life,
                                        static_cast<uint64_t>(number), entries));
  published_[kind] = {now, content, crl};
  return crl;
}

http::Response Status::crl(registry::Ca ca) {
  auto crl = current_crl(ca);
  if (!crl) return http::Response::error(crl.error());
  return http::Response::bytes(std::move(crl).value(), "application/pkix-crl");
}

}  // namespace mitome::status
