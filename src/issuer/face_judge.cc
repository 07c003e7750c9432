#include "issuer/face_judge.h"

#include "codec/cbor/reader.h"
#include "crypto/hash.h"

namespace mitome::issuer {

Result<FaceRecord> SimulatedFaceJudge::judge_motion(ByteView recording, std::string_view motion, ByteView nonce) {
  if (recording.size() > kMaxRecordingSize) return Error{Reason::LIMIT_EXCEEDED, "recording over 4 MiB"};
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(recording));
  const cbor::Value array = document.root();
  if (!array.is(cbor::Type::kArray) || array.size() != 4) return Error{Reason::MALFORMED, "not a motion recording"};
  TRY_ASSIGN(const cbor::Value kind_value, array.at(0));
  TRY_ASSIGN(const std::string_view kind, kind_value.as_text());
  TRY_ASSIGN(const cbor::Value motion_value, array.at(1));
  TRY_ASSIGN(const std::string_view seen_motion, motion_value.as_text());
  TRY_ASSIGN(const cbor::Value nonce_value, array.at(2));
  TRY_ASSIGN(const ByteView seen_nonce, nonce_value.as_bytes());
  TRY_ASSIGN(const cbor::Value face_value, array.at(3));
  TRY_ASSIGN(const ByteView face, face_value.as_bytes());
  if (kind != "mitome-motion-1" || face.size() != 32) return Error{Reason::MALFORMED, "not a motion recording"};
  if (seen_motion != motion) return Error{Reason::LIVENESS_FAILED, "another movement than the one asked for"};
  if (!equal(seen_nonce, nonce)) return Error{Reason::LIVENESS_FAILED, "recorded in another session"};
  return FaceRecord{to_bytes(face)};
}

Result<void> SimulatedFaceJudge::judge_likeness(const FaceRecord& face, const registry::Person& person) {
  if (!equal(face.template_bytes, crypto::sha256(person.facts.portrait)))
    return Error{Reason::FACE_MISMATCH, "not the face on the card"};
  return {};
}

}  // namespace mitome::issuer
