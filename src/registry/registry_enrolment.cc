// Sessions in which a phone proves whose it will be, and their completion.
#include "registry/operation.h"
#include "registry/registry.h"

namespace mitome::registry {
namespace {

constexpr std::string_view kEnrolmentScope = "enrolment";

}  // namespace

Result<void> Registry::open_session(const EnrolmentSession& session) {
  return write([&](Operation& op) {
    return op.tx().run(
        "INSERT INTO enrolment_session(id, nonce, model, os, app, biometrics, motion, recording, expires) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        {session.id, session.nonce, session.model, session.os, session.app, session.biometrics, session.motion,
         session.recording, to_unix(session.expires)});
  });
}

Result<EnrolmentSession> Registry::open_session_of(Operation& op, std::string_view id) {
  TRY_ASSIGN(const auto used, op.tx().query_one("SELECT 1 FROM single_use WHERE kind = ?1 AND key = ?2",
                                                {std::string{kEnrolmentScope}, to_bytes(id)}));
  if (used) return Error{Reason::REPLAY, "the session was completed"};
  TRY_ASSIGN(auto session, op.find_session(id));
  if (!session) return Error{Reason::NOT_FOUND, "no such session"};
  if (session->expires <= op.now()) return Error{Reason::SESSION_EXPIRED, "enrolment"};
  return std::move(*session);
}

Result<EnrolmentSession> Registry::session(std::string_view id) {
  std::optional<EnrolmentSession> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(out, open_session_of(op, id));
    return {};
  }));
  return std::move(*out);
}

Result<void> Registry::set_motion(std::string_view id, std::string_view motion) {
  return write([&](Operation& op) -> Result<void> {
    TRY(open_session_of(op, id));
    return op.tx().run("UPDATE enrolment_session SET motion = ?2, recording = x'' WHERE id = ?1",
                       {std::string{id}, std::string{motion}});
  });
}

Result<void> Registry::count_face_try(std::string_view id) {
  return write([&](Operation& op) -> Result<void> {
    TRY(open_session_of(op, id));
    TRY(op.tx().run("UPDATE enrolment_session SET face_tries = face_tries + 1 WHERE id = ?1 AND face_tries < ?2",
                    {std::string{id}, kMaxFaceTries}));
    if (op.tx().changes() != 1) return Error{Reason::LIMIT_EXCEEDED, "ten recordings were judged; begin anew"};
    return {};
  });
}

Result<void> Registry::record_face(std::string_view id, ByteView recording) {
  return write([&](Operation& op) -> Result<void> {
    TRY(open_session_of(op, id));
    return op.tx().run("UPDATE enrolment_session SET recording = ?2 WHERE id = ?1",
                       {std::string{id}, to_bytes(recording)});
  });
}

Result<std::optional<Bytes>> Registry::completed_enrolment(std::string_view session,
                                                           const crypto::Sha256Digest& request) {
  auto found = answered({std::string{kEnrolmentScope}, std::string{session}, request});
  if (!found && found.error().reason == Reason::CONFLICT)
    return Error{Reason::REPLAY, "the session was completed with other evidence"};
  return found;
}

Result<Bytes> Registry::complete_enrolment(const NewPhone& phone, const AnswerPhone& answer) {
  Bytes out;
  const auto operation = [&](Operation& op) -> Result<void> {
    const Idempotency idempotency{std::string{kEnrolmentScope}, phone.session, phone.request};
    TRY_ASSIGN(const auto earlier, op.find_answer(idempotency));
    if (earlier) {
      out = *earlier;
      return {};
    }
    TRY_ASSIGN(const EnrolmentSession session, open_session_of(op, phone.session));
    TRY_ASSIGN(const bool fresh,
               op.tx().insert_if_absent(kEnrolmentScope, as_bytes(phone.session), to_unix(session.expires)));
    CHECK(fresh);
    TRY(op.judge_card(phone.card, phone.card_sign_serial, phone.card_auth_serial));
    TRY_ASSIGN(const auto card, op.find_card(phone.card));
    if (card->person != phone.person) return Error{Reason::PERSON_MISMATCH, "the card is another person's"};

    TRY_ASSIGN(auto other, op.find_live_phone(phone.person));
    if (other) {
      TRY(op.end_phone(*other, Event::kReplace, kIssuer, RevocationReason::kSuperseded, "replaced"));
      TRY(op.record({"phone-replaced", kIssuer, "", phone.person, phone.card, other->id}));
    }
    TRY_ASSIGN(const State state, op.transit(Entity::kPhone, phone.phone.text, State::kNone, Event::kEnrol, kIssuer));
    const PhoneRow row{phone.phone, phone.person,    phone.card,          state,      "enrol",
                       1,           phone.active_at, phone.instance_spki, phone.model};
    TRY(op.insert_phone(row));
    for (const IssuedCertificate& issued : phone.certificates)
      TRY(op.issue_certificate(issued, Holder::kPhone, phone.phone.text, kIssuer));
    TRY(op.issue_mdocs(phone.mdocs, phone.phone, kIssuer));
    TRY(op.notify(phone.phone, "added"));
    TRY(op.record({"phone-enrolled", kIssuer, "", phone.person, phone.card, phone.phone}));
    TRY(op.tx().run("UPDATE enrolment_session SET recording = x'' WHERE id = ?1", {phone.session}));
    TRY_ASSIGN(const Phone made, op.to_phone(row));
    out = answer(made);
    return op.keep_answer(idempotency, out);
  };
  TRY(write(operation));
  return out;
}

}  // namespace mitome::registry
