#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "apps/story/wiretap.h"
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/pem/pem.h"

namespace mitome::story {
namespace {

namespace fs = std::filesystem;

/// Members whose values never stand in the evidence.
constexpr std::array<std::string_view, 7> kSecretMembers{"pin",  "auth_pin",  "sign_password", "passcode",
                                                         "pins", "my_number", "text"};

json::Value without_secrets(const json::Value& value) {
  if (value.is_array()) {
    json::Value out = json::Value::array();
    for (const json::Value& item : value.items()) out.push(without_secrets(item));
    return out;
  }
  if (!value.is_object()) return value;
  json::Value out = json::Value::object();
  for (const auto& [name, member] : value.members()) {
    const bool secret = std::find(kSecretMembers.begin(), kSecretMembers.end(), name) != kSecretMembers.end();
    out.set(name, secret ? json::Value{"(blotted out)"} : without_secrets(member));
  }
  return out;
}

/// A body as JSON where it is JSON, else hexadecimal.
json::Value body_json(const Bytes& body) {
  if (body.empty()) return nullptr;
  if (body[0] == '{' || body[0] == '[')
    if (auto parsed = json::parse(as_text(body))) return without_secrets(*parsed);
  return to_hex(body);
}

Result<void> write_file(const fs::path& path, ByteView bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return Error{Reason::STORAGE_FAILED, "cannot write " + path.string()};
  return {};
}

Result<void> write_file(const fs::path& path, std::string_view text) { return write_file(path, as_bytes(text)); }

std::string step_folder(size_t step) { return (step < 10 ? "step-0" : "step-") + std::to_string(step); }

bool is_verify(ByteView command) { return command.size() > 5 && (command[1] == 0x20 || command[1] == 0x24); }

/// The files of one step and the commands that re-check them.
class StepFiles {
 public:
  StepFiles(fs::path folder, size_t step, std::string& commands)
      : folder_(std::move(folder)), step_(step), commands_(commands) {}

  Result<void> add(const http::Request& request, const http::Response& response, Instant at) {
    const std::string_view path = request.path();
    if (path == "/status/ocsp") return add_ocsp(request, response);
    if (path == "/login/finish" || path == "/sign/finish")
      return add_certificate(request, path == "/login/finish" ? "auth" : "sign", at);
    if (path == "/read/finish") return add_presentation(response, at);
    if (path.starts_with("/status/lists/")) return write_file(next("status-list", ".cwt"), response.body);
    return {};
  }

 private:
  fs::path next(const std::string& kind, std::string_view suffix) {
    return folder_ / step_folder(step_) / (kind + "-" + std::to_string(++counts_[kind]) + std::string{suffix});
  }
  std::string shown(const fs::path& path) const { return fs::relative(path, folder_).string(); }

  Result<void> add_ocsp(const http::Request& request, const http::Response& response) {
    const fs::path asked = next("ocsp-request", ".der");
    const fs::path answered = next("ocsp-response", ".der");
    TRY(write_file(asked, request.body));
    TRY(write_file(answered, response.body));
    commands_ += "openssl ocsp -reqin " + shown(asked) + " -respin " + shown(answered) +
                 " -noverify -resp_text | grep -A9 'Cert Status'\n";
    return {};
  }

  Result<void> add_certificate(const http::Request& request, const std::string& arm, Instant at) {
    const auto body = json::parse(as_text(request.body));
    if (!body) return {};
    const auto der = body->base64url_at("certificate");
    if (!der) return {};
    const fs::path file = next(arm + "-certificate", ".pem");
    TRY(write_file(file, pem::encode("CERTIFICATE", *der)));
    commands_ += "openssl verify -attime " + std::to_string(to_unix(at)) + " -ignore_critical -CAfile trust/" + arm +
                 "-ca.pem " + shown(file) + "\n";
    return {};
  }

  Result<void> add_presentation(const http::Response& response, Instant at) {
    const auto body = json::parse(as_text(response.body));
    const json::Value* evidence = body ? body->find("evidence") : nullptr;
    if (evidence == nullptr) return {};
    std::map<std::string, fs::path> files;
    for (const std::string part : {"session_transcript", "device_request", "device_response"}) {
      const auto bytes = evidence->base64url_at(part);
      if (!bytes) continue;
      files[part] = next(part, ".cbor");
      TRY(write_file(files[part], *bytes));
    }
    if (!files.contains("device_response") || !files.contains("session_transcript")) return {};
    const std::string transcript = shown(files["session_transcript"]), answer = shown(files["device_response"]);
    commands_ += "mitome mdoc verify --trust trust/iaca.pem --at " + to_rfc3339(at) + " --session-transcript " +
                 transcript + " " + answer + "\n";
    commands_ += "node auth0-verify.mjs trust/iaca.pem " + transcript + " " + answer + " " + to_rfc3339(at) + "\n";
    return {};
  }

  fs::path folder_;
  size_t step_;
  std::string& commands_;
  std::map<std::string, int> counts_;
};

constexpr std::string_view kAuth0Script = R"JS(// npm i @auth0/mdl@3.0.1, then:
// node auth0-verify.mjs ROOT.pem SESSION_TRANSCRIPT.cbor DEVICE_RESPONSE.cbor TIME
// Prints every check; exits with 1 when one failed. The library reads the computer's clock, so it gets the story's here.
import { readFileSync } from 'node:fs';
const [root, transcript, response] = process.argv.slice(2, 5).map((name) => readFileSync(name));
const then = Date.parse(process.argv[5]);
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length > 0 ? given : [then])); }
  static now() { return then; }
};
const { default: mdl } = await import('@auth0/mdl');
// The library takes #6.24(bstr .cbor SessionTranscript); the file holds the bare array.
const head = Buffer.alloc(5);
head[0] = 0xd8; head[1] = 0x18; head[2] = 0x59; head.writeUInt16BE(transcript.length, 3);
await new mdl.Verifier([root.toString()]).verify(response, {
  encodedSessionTranscript: Buffer.concat([head, transcript]),
  onCheck: (check) => {
    console.log(check.status, check.check);
    if (check.status === 'FAILED') process.exitCode = 1;
  },
});
)JS";

}  // namespace

Result<http::Response> Recorder::carry(const http::Request& request, const DeliverHttp& deliver) {
  Result<http::Response> response = next_.carry(request, deliver);
  learn_secrets(request.body);
  exchanges_.push_back({step_, request, response});
  return response;
}

Result<Bytes> Recorder::carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) {
  Result<Bytes> response = next_.carry_apdu(chip, command, deliver);
  apdus_.push_back({step_, chip, to_bytes(command), response ? *response : Bytes{}});
  return response;
}

void Recorder::learn_secrets(const Bytes& body) {
  const auto parsed = json::parse(as_text(body));
  const json::Value* person = parsed ? parsed->find("person") : nullptr;
  const std::string number = person != nullptr ? person->string_or("my_number", "") : "";
  if (number.size() == 12) my_numbers_.insert(number);
}

std::string Recorder::blot(std::string text) const {
  for (const std::string& number : my_numbers_)
    for (const std::string& form : {number, to_hex(as_bytes(number))})
      for (size_t at = text.find(form); at != std::string::npos; at = text.find(form, at))
        text.replace(at, form.size(), std::string(form.size(), '*'));
  return text;
}

Result<void> Recorder::write(const std::string& folder, const town::TrustPems& trust, Instant at) const {
  const fs::path root{folder};
  TRY(write_file(root / "trust" / "auth-ca.pem", trust.user_authentication_ca));
  TRY(write_file(root / "trust" / "sign-ca.pem", trust.signing_ca));
  TRY(write_file(root / "trust" / "iaca.pem", trust.iaca));
  TRY(write_file(root / "auth0-verify.mjs", kAuth0Script));

  std::map<size_t, std::string> http_lines, apdu_lines;
  std::map<size_t, StepFiles> files;
  std::string commands;
  for (const Exchange& exchange : exchanges_) {
    json::Value line = json::Value::object(
        {{"to", exchange.request.authority}, {"method", exchange.request.method}, {"target", exchange.request.target}});
    line.set("request", body_json(exchange.request.body));
    line.set("status", exchange.response ? exchange.response->status : 0);
    line.set("response", exchange.response ? body_json(exchange.response->body)
                                           : json::Value{to_string(exchange.response.error())});
    http_lines[exchange.step] += blot(line.dump()) + "\n";
    if (exchange.response)
      TRY(files.try_emplace(exchange.step, root, exchange.step, commands)
              .first->second.add(exchange.request, *exchange.response, at));
  }
  for (const ApduExchange& apdu : apdus_) {
    std::string command = to_hex(apdu.command);
    if (is_verify(apdu.command)) command = command.substr(0, 10) + std::string(command.size() - 10, '*');
    apdu_lines[apdu.step] +=
        blot(apdu.chip + " > " + command + "\n" + apdu.chip + " < " + to_hex(apdu.response) + "\n");
  }
  for (const auto& [step, lines] : http_lines) TRY(write_file(root / step_folder(step) / "http.jsonl", lines));
  for (const auto& [step, lines] : apdu_lines) TRY(write_file(root / step_folder(step) / "apdu.txt", lines));

  std::string check =
      "# Re-check it yourself\n\nRun inside this folder. `openssl verify` needs -attime, since the story has its own "
      "clock, and\n"
      "-ignore_critical, since it does not know the JPKI policies. PINs, tokens and My Numbers are blotted out.\n"
      "The card of the story can be made again and read by OpenSC:\n\n"
      "```sh\nmitome card new --person person.json --out card && mitome card serve card   # beside pcscd and vpcd\n"
      "pkcs15-tool --list-certificates\npkcs11-tool --login --pin 1234 --sign --mechanism SHA256-RSA-PKCS --id 01 "
      "--input-file FILE --output-file SIGNATURE\n```\n\n"
      "```sh\n" +
      commands + "```\n";
  return write_file(root / "CHECK.md", check);
}

}  // namespace mitome::story
