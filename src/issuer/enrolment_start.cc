// POST /enrol/start, /enrol/motion and /enrol/face: the phone, the movement, the face (article A17, A18).
#include <iterator>

#include "codec/base64url/base64url.h"
#include "issuer/device_rules.h"
#include "issuer/issuer.h"

namespace mitome::issuer {
namespace {

constexpr size_t kNonceSize = 32, kMaxWord = 64;

Result<std::string> word_at(const json::Value& body, std::string_view name) {
  TRY_ASSIGN(std::string word, body.string_at(name));
  if (word.size() > kMaxWord) return Error{Reason::LIMIT_EXCEEDED, std::string{name} + " over 64 bytes"};
  return word;
}

}  // namespace

Result<json::Value> Issuer::start_enrolment(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  Device device;
  TRY_ASSIGN(device.model, word_at(body, "model"));
  TRY_ASSIGN(device.os, word_at(body, "os"));
  TRY_ASSIGN(device.app, word_at(body, "app"));
  TRY_ASSIGN(device.biometrics, word_at(body, "biometrics"));
  TRY(check_device(device));

  registry::EnrolmentSession session;
  session.id = registry_.new_session_id();
  session.nonce = random_.bytes(kNonceSize);
  session.model = device.model;
  session.os = device.os;
  session.app = device.app;
  session.biometrics = device.biometrics;
  session.motion = kMotions[random_.below(std::size(kMotions))];
  session.expires = clock_.now() + kEnrolmentSessionLife;
  TRY(registry_.open_session(session));

  json::Value motions = json::Value::array();
  for (std::string_view motion : kMotions) motions.push(motion);
  return json::Value::object({{"session", session.id},
                              {"nonce", base64url::encode(session.nonce)},
                              {"motion", session.motion},
                              {"motions", motions},
                              {"expires", to_unix(session.expires)}});
}

Result<json::Value> Issuer::choose_motion(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("session"));
  TRY_ASSIGN(const registry::EnrolmentSession session, registry_.session(id));
  std::string_view motion = session.motion;
  while (motion == session.motion) motion = kMotions[random_.below(std::size(kMotions))];
  TRY(registry_.set_motion(id, motion));
  return json::Value::object({{"motion", motion}});
}

Result<json::Value> Issuer::record_face(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("session"));
  TRY_ASSIGN(const Bytes recording, body.base64url_at("recording"));
  TRY_ASSIGN(const registry::EnrolmentSession session, registry_.session(id));
  TRY(registry_.count_face_try(id));
  TRY_ASSIGN(const FaceRecord face, judge_.judge_motion(recording, session.motion, session.nonce));
  TRY(registry_.record_face(id, face.template_bytes));
  return json::Value::object({{"face", "recorded"}});
}

}  // namespace mitome::issuer
