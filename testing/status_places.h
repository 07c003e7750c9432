// What a verifier asks, played by a test: an OCSP responder and a status list service that answer in order or in one of
// the ways in which the world fails.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "credential/statuslist/status_list_token.h"
#include "protocol/http/http.h"
#include "protocol/ocsp/ocsp_response.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::testing {

/// Thread-safe. Answers OCSP by `ca` for every serial number: good unless listed otherwise.
class OcspPlace final : public http::HttpClient {
 public:
  OcspPlace(TestCa& ca, const Clock& clock) : ca_(ca), clock_(clock) {}

  Result<http::Response> send(const http::Request& request) override {
    const std::lock_guard lock{mutex_};
    ++calls;
    last = request;
    if (fails) return fails();
    const auto question = ocsp::parse_request(request.body);
    CHECK(question.has_value());
    ocsp::ResponseData data{ocsp::by_key(ca_.signer().public_key()), clock_.now(), {}, question->nonce};
    for (const auto& id : question->ids) {
      ocsp::SingleResponse single{id, ocsp::CertStatus::kGood, {}, {}, clock_.now(), clock_.now() + Seconds{900}};
      if (const auto found = revoked.find(id.serial); found != revoked.end()) {
        single.status = ocsp::CertStatus::kRevoked;
        single.revoked_at = clock_.now();
        single.reason = found->second;
      } else if (unknown.contains(id.serial)) {
        single.status = ocsp::CertStatus::kUnknown;
      }
      data.responses.push_back(single);
    }
    if (change) change(data);
    return http::Response::bytes(*ocsp::issue_response(data, ca_.signer(), {}), ocsp::kResponseType);
  }

  std::function<Result<http::Response>()> fails;
  std::function<void(ocsp::ResponseData&)> change;
  std::map<Bytes, uint8_t> revoked;  ///< with the reason code
  std::set<Bytes> unknown;
  size_t calls = 0;
  http::Request last;

 private:
  TestCa& ca_;
  const Clock& clock_;
  std::mutex mutex_;
};

/// Thread-safe. One status list under `uri`, signed by a signer that the root certified.
class ListPlace final : public http::HttpClient {
 public:
  ListPlace(TestCa& root, const Clock& clock, std::string uri) : signer_(test_signer()), list(1, 64) {
    input = {std::move(uri), clock.now(), clock.now() + Seconds{3600}, Seconds{60}};
    chain = {root.issue(root.end_entity("List signer", signer_->public_key()))};
  }

  Result<http::Response> send(const http::Request& request) override {
    const std::lock_guard lock{mutex_};
    ++calls;
    last = request;
    if (fails) return fails();
    const auto prepared = statuslist::prepare_token(list, input, chain, signer_->algorithm());
    return http::Response::bytes(statuslist::assemble_token(prepared, *signer_->sign(prepared.to_be_signed())),
                                 statuslist::kMediaType);
  }
  const crypto::PublicKey& signer_key() const { return signer_->public_key(); }

  std::function<Result<http::Response>()> fails;
  size_t calls = 0;
  http::Request last;

 private:
  std::mutex mutex_;
  std::unique_ptr<crypto::SoftwareSigner> signer_;

 public:
  statuslist::StatusList list;
  statuslist::TokenInput input;
  std::vector<x509::Certificate> chain;
};

/// The ways in which nobody answers (threats CAS-5), by name; `good_body` is cut in half for one of them.
inline std::vector<std::pair<std::string, Result<http::Response>>> no_answers(std::string_view content_type,
                                                                              ByteView good_body) {
  const auto answer = [&](Bytes body, int status) {
    return http::Response::bytes(std::move(body), content_type, status);
  };
  std::vector<std::pair<std::string, Result<http::Response>>> all;
  all.emplace_back("silence", Error{Reason::UNREACHABLE, "no answer in 10 s"});
  all.emplace_back("HTTP 500", answer(to_bytes(good_body), 500));
  all.emplace_back("HTTP 404", answer(to_bytes(good_body), 404));
  all.emplace_back("no bytes", answer({}, 200));
  all.emplace_back("another content type", http::Response::bytes(to_bytes(good_body), "text/html"));
  if (!good_body.empty()) all.emplace_back("half a body", answer(to_bytes(good_body.first(good_body.size() / 2)), 200));
  return all;
}

}  // namespace mitome::testing
