#include "apps/mdoc/mdoc_commands.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "apps/mdoc/mdoc_files.h"
#include "credential/mdoc/device_auth.h"
#include "credential/mdoc/device_response.h"
#include "credential/mdoc/verify.h"
#include "net/system_clock.h"

namespace mitome::apps {
namespace {

/// How long an mdoc lives when the claims do not say.
constexpr Days kDefaultLife{14};

constexpr const char* kMdocHelp =
    "IssuerSigned, DeviceRequest and DeviceResponse are raw CBOR files (ISO/IEC 18013-5); a session transcript is "
    "taken bare or with\n"
    "tag 24; keys and certificates are PEM.\n\n"
    "Examples:\n"
    "  mitome mdoc issue --claims claims.json --device-key device.pem --issuer-key ds.pem --issuer-cert ds.crt --out "
    "is.cbor\n"
    "  mitome mdoc present --issuer-signed is.cbor --device-key device.pem --request dr.cbor --session-transcript "
    "st.cbor --out resp.cbor\n"
    "  mitome mdoc verify --trust iaca.crt --session-transcript st.cbor resp.cbor";

constexpr const char* kIssueHelp =
    "Signs the claims for one device key and writes IssuerSigned. The issuer certificate comes first in its file; a "
    "root is never\n"
    "put in. Salts are fresh, digest ids are shuffled.\n\n"
    "CLAIMS is JSON:\n"
    "  {\"doctype\": \"org.iso.23220.1.jp.mnc\",\n"
    "   \"namespaces\": {\"org.iso.23220.1\": {\"age_over_20\": true, \"birth_date\": {\"$date\": \"1980-02-17\"}},\n"
    "                  \"org.iso.23220.1.jp\": {\"full_name_unicode\": \"山田　認\", \"portrait\": {\"$bytes\": "
    "\"base64\"}}},\n"
    "   \"valid_from\": \"2026-06-01T00:00:00Z\", \"valid_until\": \"2026-06-15T00:00:00Z\"}\n"
    "{\"$date\"} is a full-date (tag 1004), {\"$bytes\"} a byte string. Without valid_from it begins now, without "
    "valid_until it\n"
    "lasts 14 days.\n\n"
    "Exit codes: 0 issued, 1 refused (MALFORMED, BAD_KEY, MSO_SIGNED_OUTSIDE_DS …), 2 cannot read or write, 64 "
    "usage.\n\n"
    "Examples:\n"
    "  mitome mdoc issue --claims claims.json --device-key device.pem --issuer-key ds.pem --issuer-cert ds.crt --out "
    "is.cbor\n"
    "  mitome mdoc issue --claims c.json --device-key d.pem --issuer-key k.pem --issuer-cert k.crt --out is.cbor --at "
    "2026-06-01T10:00:00+09:00";

constexpr const char* kPresentHelp =
    "Shows what the DeviceRequest asks for of one mdoc, and nothing else, and writes a DeviceResponse. The device "
    "vouches by a\n"
    "signature, or with --mac by a MAC for the reader's ephemeral public key.\n\n"
    "Exit codes: 0 presented, 1 refused (NOTHING_TO_PRESENT, MSO_EXPIRED, MSO_NOT_YET_VALID, DEVICE_KEY_MISMATCH …),\n"
    "2 cannot read or write, 64 usage.\n\n"
    "Examples:\n"
    "  mitome mdoc present --issuer-signed is.cbor --device-key device.pem --request dr.cbor --session-transcript "
    "st.cbor --out resp.cbor\n"
    "  mitome mdoc present --issuer-signed is.cbor --device-key device.pem --request dr.cbor --session-transcript "
    "st.cbor \\\n"
    "      --mac reader_pub.pem --out resp.cbor --json";

constexpr const char* kVerifyHelp =
    "Runs every check over a DeviceResponse and prints each with its outcome; the first that fails ends it, and no "
    "attribute is\n"
    "printed unless all passed. A root in the response's own chain is never trusted: only what --trust names (roots, "
    "or document\n"
    "signers pinned themselves).\n\n"
    "A document that names a status list is not good until the list was asked: exit 2 (STATUS_UNAVAILABLE), or say "
    "--no-status\n"
    "and decide yourself what that is worth.\n\n"
    "Report (--json): {\"verdict\": \"good|refused|unavailable\", \"reason\": CODE, \"detail\", \"checks\": [{\"id\", "
    "\"clause\", \"outcome\",\n"
    "\"document\", \"reason\"?}], \"documents\": [{\"doctype\", \"device_auth\", \"valid_until\", \"namespaces\": "
    "{…}}]}.\n\n"
    "Exit codes: 0 good, 1 refused, 2 could not ask, 64 usage.\n\n"
    "Examples:\n"
    "  mitome mdoc verify --trust iaca.crt --session-transcript st.cbor resp.cbor\n"
    "  mitome mdoc verify --trust iaca.crt --session-transcript st.cbor --reader-key reader.pem --request dr.cbor "
    "resp.cbor --json\n"
    "  mitome mdoc verify --trust ds.crt --session-transcript st.cbor resp.cbor --at 2020-10-15T00:00:00Z";

Result<Instant> time_of(const std::string& at) {
  if (at.empty()) return net::SystemClock{}.now();
  auto time = instant_from_rfc3339(at);
  if (!time) return Error{Reason::USAGE, "--at is written 2026-06-01T10:00:00+09:00"};
  return time;
}

Result<Bytes> issue(const IssueOptions& options) {
  TRY_ASSIGN(const Instant now, time_of(options.at));
  TRY_ASSIGN(const Bytes text, read_bytes(options.claims));
  TRY_ASSIGN(ClaimsFile file, parse_claims(as_text(text)));
  TRY_ASSIGN(const auto claims, mdoc::Claims::make(file.doctype, file.name_spaces));
  TRY_ASSIGN(const auto device_key, read_public_key(options.device_key));
  TRY_ASSIGN(auto issuer_key, read_private_key(options.issuer_key));
  TRY_ASSIGN(auto chain, read_certificates(options.issuer_cert));
  crypto::SoftwareSigner signer{std::move(issuer_key)};
  mdoc::IssueInput input;
  input.device_key = &device_key;
  input.validity.signed_at = now;
  input.validity.valid_from = file.valid_from.value_or(now);
  input.validity.valid_until = file.valid_until.value_or(input.validity.valid_from + kDefaultLife);
  crypto::SystemRandom random;
  return mdoc::issue(claims, input, {signer, std::move(chain)}, random);
}

/// The elements that the request asks of a document of this type.
Result<std::vector<mdoc::RequestedElement>> asked_of(const mdoc::DeviceRequest& request, std::string_view doctype) {
  std::vector<mdoc::RequestedElement> out;
  bool asked = false;
  for (const auto& doc_request : request.doc_requests) {
    if (doc_request.items_request.doctype != doctype) continue;
    asked = true;
    for (const auto& element : doc_request.items_request.elements) out.push_back(element);
  }
  if (!asked) return Error{Reason::NOTHING_TO_PRESENT, "the request does not ask for " + std::string{doctype}};
  return out;
}

/// A holder's own look before showing: what a reader would refuse anyway is not shown to it.
Result<void> check_own(const mdoc::MobileSecurityObject& mso, const crypto::PublicKey& key, Instant now) {
  if (mso.device_key.type() != key.type() || mso.device_key.point() != key.point()) {
    return Error{Reason::DEVICE_KEY_MISMATCH, "the mdoc is bound to another key"};
  }
  if (now < mso.validity.valid_from) return Error{Reason::MSO_NOT_YET_VALID, to_rfc3339(mso.validity.valid_from)};
  if (now > mso.validity.valid_until) return Error{Reason::MSO_EXPIRED, to_rfc3339(mso.validity.valid_until)};
  return {};
}

Result<Bytes> present(const PresentOptions& options) {
  TRY_ASSIGN(const Instant now, time_of(options.at));
  TRY_ASSIGN(const Bytes issued, read_bytes(options.issuer_signed));
  TRY_ASSIGN(const auto issuer_signed, mdoc::IssuerSigned::parse(issued));
  TRY_ASSIGN(const auto mso, issuer_signed.mso());
  TRY_ASSIGN(auto device_key, read_private_key(options.device_key));
  TRY(check_own(mso, device_key.public_key(), now));
  TRY_ASSIGN(const Bytes request_bytes, read_bytes(options.request));
  TRY_ASSIGN(const auto request, mdoc::DeviceRequest::parse(request_bytes));
  TRY_ASSIGN(auto elements, asked_of(request, mso.doctype));
  TRY_ASSIGN(const Bytes transcript, read_transcript(options.session_transcript));
  mdoc::PresentInput input{issued, std::move(elements), transcript};
  std::optional<crypto::SecretBytes> mac_key;
  if (!options.mac.empty()) {
    TRY_ASSIGN(const auto reader, read_public_key(options.mac));
    TRY_ASSIGN(mac_key, mdoc::derive_emac_key(device_key, reader, transcript));
    input.mac_key = &*mac_key;
    TRY_ASSIGN(const Bytes by_mac, mdoc::present(input));
    return mdoc::encode_device_response({by_mac});
  }
  crypto::SoftwareSigner signer{std::move(device_key)};
  input.signer = &signer;
  TRY_ASSIGN(const Bytes by_signature, mdoc::present(input));
  return mdoc::encode_device_response({by_signature});
}

Result<mdoc::Verified> verify(const VerifyOptions& options) {
  mdoc::VerifyInput input;
  TRY_ASSIGN(input.now, time_of(options.at));
  std::vector<x509::Certificate> anchors;
  for (const auto& path : options.trust) {
    TRY_ASSIGN(const auto read, read_certificates(path));
    anchors.insert(anchors.end(), read.begin(), read.end());
  }
  TRY_ASSIGN(const Bytes transcript, read_transcript(options.session_transcript));
  TRY_ASSIGN(const Bytes response, read_bytes(options.response));
  std::optional<crypto::PrivateKey> reader_key;
  if (!options.reader_key.empty()) {
    TRY_ASSIGN(reader_key, read_private_key(options.reader_key));
    input.reader_key = &*reader_key;
  }
  Bytes request_bytes;
  if (!options.request.empty()) {
    TRY_ASSIGN(request_bytes, read_bytes(options.request));
    TRY_ASSIGN(auto request, mdoc::DeviceRequest::parse(request_bytes));
    for (auto& doc_request : request.doc_requests) input.requested.push_back(std::move(doc_request.items_request));
  }
  input.anchors = anchors;
  input.session_transcript = transcript;
  input.allow_mac = !options.no_mac;
  input.status_not_asked = options.no_status;
  return mdoc::verify_device_response(response, input);
}

json::Value documents_json(const std::vector<mdoc::VerifiedDocument>& documents) {
  json::Value::Array out;
  for (const auto& document : documents) {
    json::Value::Object name_spaces;
    for (const auto& element : document.elements()) {
      auto at = std::find_if(name_spaces.begin(), name_spaces.end(),
                             [&](const json::Value::Member& member) { return member.first == element.name_space; });
      if (at == name_spaces.end()) at = name_spaces.insert(at, {element.name_space, json::Value::object()});
      at->second.set(element.identifier, element.to_json());
    }
    out.push_back(json::Value::object({{"doctype", document.doctype()},
                                       {"device_auth", document.by_mac() ? "mac" : "signature"},
                                       {"valid_until", to_rfc3339(document.validity().valid_until)},
                                       {"namespaces", json::Value{std::move(name_spaces)}}}));
  }
  return json::Value{std::move(out)};
}

/// For people: one line a check, then what was shown.
std::string report_text(const Cli& cli, const mdoc::Verified& verified) {
  std::string out;
  for (const auto& check : verified.report.checks) {
    const std::string_view mark = check.outcome == mdoc::Outcome::kPassed   ? "✓"
                                  : check.outcome == mdoc::Outcome::kFailed ? "✗"
                                                                            : "–";
    out += std::string{mark} + " " + std::string{check.id} + "  (" + std::string{check.clause} + ")\n";
  }
  for (const auto& document : verified.documents) {
    out += document.doctype() + std::string{cli.say(", valid until ", "、有効期限 ")} +
           to_japan_text(document.validity().valid_until) + "\n";
    for (const auto& element : document.elements()) {
      const auto value = element.to_json();
      const bool bytes = value.find("$bytes") != nullptr;
      out += "  " + element.identifier + ": ";
      out += bytes ? std::to_string(element.value.size()) + std::string{cli.say(" bytes", " バイト")}
             : value.text() != nullptr ? *value.text()
                                       : value.dump();
      out += "\n";
    }
  }
  if (!out.empty()) out.pop_back();
  return out;
}

void print_written(Cli& cli, const std::string& path, size_t size) {
  cli.print(json::Value::object({{"file", path}, {"bytes", static_cast<int64_t>(size)}}),
            std::string{cli.say("Written: ", "書き込みました: ")} + path + " (" + std::to_string(size) +
                std::string{cli.say(" bytes)", " バイト)")});
}

Result<size_t> write_result(Result<Bytes> made, const std::string& path) {
  TRY_ASSIGN(const Bytes bytes, std::move(made));
  TRY(write_bytes(path, bytes));
  return bytes.size();
}

}  // namespace

void run_mdoc_issue(Cli& cli, const IssueOptions& options) {
  const auto written = write_result(issue(options), options.out);
  if (!written) return cli.fail(written.error());
  print_written(cli, options.out, *written);
}

void run_mdoc_present(Cli& cli, const PresentOptions& options) {
  const auto written = write_result(present(options), options.out);
  if (!written) return cli.fail(written.error());
  print_written(cli, options.out, *written);
}

void run_mdoc_verify(Cli& cli, const VerifyOptions& options) {
  const auto verified = verify(options);
  if (!verified) return cli.fail(verified.error());
  if (!verified->report.good() && cli.json) {
    cli.print(mdoc::to_json(verified->report), "");
    cli.exit_code = exit_code_of(reason_info(verified->report.verdict).kind);
    return;
  }
  json::Value value = mdoc::to_json(verified->report);
  value.set("documents", documents_json(verified->documents));
  cli.print(value, report_text(cli, *verified));
  if (!verified->report.good()) cli.fail(verified->report.error());
}

void register_mdoc_commands(CLI::App& app, Cli& cli) {
  CLI::App* mdoc = app.add_subcommand("mdoc", "Issue, present and verify an mdoc (ISO/IEC 18013-5)");
  mdoc->footer(kMdocHelp);
  mdoc->require_subcommand(1);

  auto issued = std::make_shared<IssueOptions>();  // shared: CLI11 keeps copies of the callback
  CLI::App* issuing = mdoc->add_subcommand("issue", "Claims and a device key to IssuerSigned");
  issuing->footer(kIssueHelp);
  issuing->add_option("--claims", issued->claims, "What is to be said, as JSON")->required()->option_text("FILE");
  issuing->add_option("--device-key", issued->device_key, "The holder's key, public or private")
      ->required()
      ->option_text("PEM");
  issuing->add_option("--issuer-key", issued->issuer_key, "The document signer's private key")
      ->required()
      ->option_text("PEM");
  issuing->add_option("--issuer-cert", issued->issuer_cert, "Its certificate, first in the file")
      ->required()
      ->option_text("PEM");
  issuing->add_option("--out", issued->out, "Where IssuerSigned goes")->required()->option_text("FILE");
  issuing->add_option("--at", issued->at, "Sign at this time (RFC 3339) instead of now")->option_text("TIME");
  issuing->callback([&cli, issued] { run_mdoc_issue(cli, *issued); });

  auto presented = std::make_shared<PresentOptions>();  // shared: CLI11 keeps copies of the callback
  CLI::App* presenting = mdoc->add_subcommand("present", "Show what a request asks for");
  presenting->footer(kPresentHelp);
  presenting->add_option("--issuer-signed", presented->issuer_signed, "The mdoc")->required()->option_text("FILE");
  presenting->add_option("--device-key", presented->device_key, "The holder's private key")
      ->required()
      ->option_text("PEM");
  presenting->add_option("--request", presented->request, "DeviceRequest")->required()->option_text("FILE");
  presenting->add_option("--session-transcript", presented->session_transcript, "The session's transcript")
      ->required()
      ->option_text("FILE");
  presenting->add_option("--mac", presented->mac, "Vouch by a MAC for this reader's public key")->option_text("PEM");
  presenting->add_option("--out", presented->out, "Where DeviceResponse goes")->required()->option_text("FILE");
  presenting->add_option("--at", presented->at, "Present at this time (RFC 3339) instead of now")->option_text("TIME");
  presenting->callback([&cli, presented] { run_mdoc_present(cli, *presented); });

  auto verified = std::make_shared<VerifyOptions>();  // shared: CLI11 keeps copies of the callback
  CLI::App* verifying = mdoc->add_subcommand("verify", "Run every check over a DeviceResponse");
  verifying->footer(kVerifyHelp);
  verifying->add_option("response", verified->response, "DeviceResponse")->required()->option_text("FILE");
  verifying->add_option("--trust", verified->trust, "Roots or pinned document signers; may be repeated")
      ->required()
      ->take_all()
      ->expected(1)
      ->option_text("PEM");
  verifying->add_option("--session-transcript", verified->session_transcript, "Our own transcript")
      ->required()
      ->option_text("FILE");
  verifying->add_option("--reader-key", verified->reader_key, "The reader's ephemeral private key, for a MAC")
      ->option_text("PEM");
  verifying->add_option("--request", verified->request, "DeviceRequest: what was asked must be what is shown")
      ->option_text("FILE");
  verifying->add_flag("--no-status", verified->no_status, "Do not ask the status list");
  verifying->add_flag("--no-mac", verified->no_mac, "Refuse a MAC: none was asked for");
  verifying->add_option("--at", verified->at, "Verify at this time (RFC 3339) instead of now")->option_text("TIME");
  verifying->callback([&cli, verified] { run_mdoc_verify(cli, *verified); });
}

}  // namespace mitome::apps
