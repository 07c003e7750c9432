// The issuing authority: identity proofing in, certificates and mdocs out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "issuer/evidence.h"
#include "issuer/face_judge.h"
#include "issuer/hierarchy.h"
#include "issuer/profile.h"
#include "protocol/http/http.h"
#include "registry/phone_caller.h"
#include "registry/registry.h"
#include "registry/roles.h"

namespace mitome::issuer {

struct IssuerConfig {
  std::string origin =
      "http://authority.localhost";  ///< of the OCSP and status list addresses that are written into what is issued
  std::vector<x509::Certificate> makers;  ///< roots of the phone makers' attestation certificates
};

/// Outstanding mdocs are short-lived, so that a phone that stays offline runs dry (domain.md 3.4).
inline constexpr Days kMdocLife{14};
inline constexpr std::chrono::minutes kEnrolmentSessionLife{30};

/// Thread-safe when the random source is.
class Issuer {
 public:
  /// All of it must outlive the issuer.
  Issuer(registry::Registry& registry, const registry::Roles& roles, Hierarchy& hierarchy, FaceJudge& judge,
         const Clock& clock, crypto::Random& random, IssuerConfig config)
      : registry_(registry),
        roles_(roles),
        hierarchy_(hierarchy),
        judge_(judge),
        clock_(clock),
        random_(random),
        config_(std::move(config)) {}

  // One file each, of the same name.
  Result<json::Value> issue_city_card(const http::Request& request);
  Result<json::Value> replace_city_card(const http::Request& request);
  Result<json::Value> update_city_card(const http::Request& request);
  Result<json::Value> reserve_pin_reset(const http::Request& request);
  Result<json::Value> redeem_pin_reset(const http::Request& request);
  Result<json::Value> start_enrolment(const http::Request& request);
  Result<json::Value> choose_motion(const http::Request& request);
  Result<json::Value> record_face(const http::Request& request);
  Result<Bytes> complete_enrolment(const http::Request& request);
  Result<Bytes> resume_phone(const http::Request& request);
  Result<Bytes> refresh_phone(const http::Request& request);

 private:
  /// What is to be issued to one holder at once.
  struct Order {
    registry::Holder holder;
    std::string holder_id;
    registry::Person person;
    Bytes auth_spki, sign_spki;                  ///< empty: none
    std::vector<crypto::PublicKey> device_keys;  ///< an mdoc each
    Instant not_before, not_after;
  };
  struct Issued {
    Bytes auth_certificate, sign_certificate;  ///< DER, empty where none was ordered
    std::vector<registry::IssuedCertificate> certificates;
    std::vector<registry::StatusIndex> indices;
    std::vector<Bytes> mdocs;
  };
  /// Numbers drawn, templates linted, everything recorded in the registry, and only then signed (threats I7, CAS-11).
  Result<Issued> issue(const Order& order);
  struct Drafts;
  Result<Drafts> draft(const Order& order, const registry::Proposal& proposal);

  /// A card with the keys that the body brings.
  Result<json::Value> card_for(const registry::PersonFacts& facts, const json::Value& body);

  /// The card whose holder knows a PIN: its key signed `message`. The other PIN than the forgotten one.
  Result<registry::CertificateRecord> card_that_signed(registry::CardPin forgotten, const json::Value& body,
                                                       ByteView message);

  /// What the card in the evidence was found to be.
  struct ProvenCard {
    registry::Person person;
    registry::Card card;
    Bytes auth_serial, sign_serial;
    Instant expires;  ///< the earliest end of the card and its two certificates
  };
  Result<ProvenCard> prove_card(const Evidence& evidence, const registry::EnrolmentSession& session);
  /// A session whose face a person must compare first lives on until the decision.
  Result<void> judge_likeness(const registry::EnrolmentSession& session, const registry::Person& person);
  Result<registry::CertificateRecord> card_certificate(registry::Ca ca, const Authority& authority, ByteView der);

  /// What a calling phone asks to change, and the answer if it asked before.
  struct Renewal {
    registry::Phone phone;
    registry::PhoneChange change;  ///< version and idempotency of the call
    std::optional<Bytes> answered;
  };
  Result<Renewal> begin_renewal(const http::Request& request);
  Result<Instant> phone_expiry(const registry::Phone& phone);

  registry::Registry& registry_;
  const registry::Roles& roles_;
  Hierarchy& hierarchy_;
  FaceJudge& judge_;
  const Clock& clock_;
  crypto::Random& random_;
  IssuerConfig config_;
};

/// docs/endpoints.md: /city/cards, /enrol/…, /phone/resume, /phone/refresh. The issuer must outlive the routes.
std::vector<http::Route> routes(Issuer& issuer);

FourItems four_items(const registry::PersonFacts& facts);

}  // namespace mitome::issuer
