// POST /sign/start, POST /sign/finish
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "verifier/jpki_verifier.h"

namespace mitome::verifier {
namespace {

Result<Bytes> read_document(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string name, body.string_at("name"));
  if (name.empty() || name.size() > kMaxDocumentName) return Error{Reason::LIMIT_EXCEEDED, "name of 1 to 255 bytes"};
  TRY_ASSIGN(Bytes document, body.base64url_at("document"));
  if (document.empty() || document.size() > kMaxDocument) {
    return Error{Reason::LIMIT_EXCEEDED, "document of 1 byte to 256 KiB"};
  }
  return document;
}

}  // namespace

http::Response JpkiVerifier::sign_start(const http::Request& request) {
  auto document = read_document(request);
  if (!document) return http::Response::error(document.error());
  const auto digest = crypto::sha256(*document);
  const auto challenge =
      judge_.challenges().open("sign", judge_.config().origin, std::move(document).value(), clock_.now());
  if (!challenge) return http::Response::error(challenge.error());
  return http::Response::json(json::Value::object({{"session", challenge->id}, {"sha256", base64url::encode(digest)}}));
}

http::Response JpkiVerifier::sign_finish(const http::Request& request) {
  const auto answer = read_answer(request, "sign");
  if (!answer) return http::Response::error(answer.error());
  const JpkiVerified verified = judge_.signature({answer->challenge, answer->certificate, answer->signature});
  json::Value report = mdoc::to_json(verified.report);
  if (verified.holder && verified.holder->items()) {
    const FourItems& items = *verified.holder->items();
    report.set("serial", verified.holder->serial());
    report.set(
        "signer",
        json::Value::object(
            {{"name", items.name}, {"address", items.address}, {"birth_date", items.birth_date}, {"sex", items.sex}}));
  }
  return http::Response::json(report);
}

}  // namespace mitome::verifier
