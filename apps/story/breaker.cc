#include <array>

#include "apps/story/wiretap.h"

namespace mitome::story {
namespace {

enum class Part : uint8_t { kRequestBody, kRequestSignature, kResponseBody, kApduResponse };

/// The message of each step that is worth breaking: the one whose loss would be a lie believed.
struct Target {
  std::string_view path;  ///< of the request; empty for an APDU
  Part part;
  std::string_view marker;  ///< text in the body behind which the byte stands; empty: two thirds into the body
  std::string_view name;
};

constexpr std::array<Target, 10> kTargets{{
    {"/city/cards", Part::kResponseBody, "\"auth_cert\":\"", "the user authentication certificate that the city gets"},
    {"/enrol/complete", Part::kRequestBody, "", "the enrolment evidence"},
    {"/phone/state", Part::kRequestSignature, "", "the phone's signature when it asks for its state"},
    {"/login/finish", Part::kRequestBody, "\"signature\":\"", "the login's signature"},
    {"/read/finish", Part::kRequestBody, "\"message\":\"", "the phone's encrypted answer to the counter"},
    {"", Part::kApduResponse, "", "the card's signature, on its way to the reader"},
    {"/status/ocsp", Part::kResponseBody, "", "the OCSP answer"},
    {"/phone/resume", Part::kRequestBody, "", "the phone's resumption"},
    {"/enrol/complete", Part::kRequestBody, "", "the new phone's enrolment evidence"},
    {"/phone/delete", Part::kRequestSignature, "", "the phone's signature under the deletion"},
}};

/// Changes one character of base64url text into another one.
void change_text_byte(char& c) { c = c == 'A' ? 'B' : 'A'; }

bool change_body(Bytes& body, std::string_view marker) {
  if (body.empty()) return false;
  if (marker.empty()) {
    body[body.size() * 2 / 3] ^= 0x01;
    return true;
  }
  const size_t at = as_text(body).find(marker);
  if (at == std::string_view::npos) return false;
  const size_t place = at + marker.size() + 64;
  if (place >= body.size()) return false;
  char c = static_cast<char>(body[place]);
  change_text_byte(c);
  body[place] = static_cast<uint8_t>(c);
  return true;
}

bool change_signature(http::Headers& headers) {
  for (auto& [name, value] : headers)
    if (name == "Mitome-Signature" && !value.empty()) {
      change_text_byte(value[value.size() / 2]);
      return true;
    }
  return false;
}

bool is_signature_command(ByteView command) { return command.size() > 4 && command[0] == 0x80 && command[1] == 0x2A; }

}  // namespace

std::string_view Breaker::target_of(size_t step) { return kTargets[step - 1].name; }

Result<http::Response> Breaker::carry(const http::Request& request, const DeliverHttp& deliver) {
  if (!armed() || kTargets[step_ - 1].path != request.path()) return deliver(request);
  const Target& target = kTargets[step_ - 1];
  http::Request changed = request;
  if (target.part == Part::kRequestBody) broke_ = change_body(changed.body, target.marker);
  if (target.part == Part::kRequestSignature) broke_ = change_signature(changed.headers);
  Result<http::Response> response = deliver(changed);
  if (target.part == Part::kResponseBody && response) broke_ = change_body(response->body, target.marker);
  return response;
}

Result<Bytes> Breaker::carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) {
  (void)chip;
  Result<Bytes> response = deliver(command);
  if (armed() && kTargets[step_ - 1].part == Part::kApduResponse && is_signature_command(command) && response &&
      response->size() > 16) {
    (*response)[10] ^= 0x01;
    broke_ = true;
  }
  return response;
}

}  // namespace mitome::story
