#include "issuer/issuer.h"

namespace mitome::issuer {
namespace {

using JsonEndpoint = Result<json::Value> (Issuer::*)(const http::Request&);
using CborEndpoint = Result<Bytes> (Issuer::*)(const http::Request&);

http::Route json_route(std::string path, std::string who, Issuer& issuer, JsonEndpoint endpoint) {
  return {"POST", std::move(path), std::move(who), [&issuer, endpoint](const http::Request& request) {
            const Result<json::Value> answer = (issuer.*endpoint)(request);
            return answer ? http::Response::json(*answer) : http::Response::error(answer.error());
          }};
}

http::Route cbor_route(std::string path, std::string who, Issuer& issuer, CborEndpoint endpoint) {
  return {"POST", std::move(path), std::move(who), [&issuer, endpoint](const http::Request& request) {
            Result<Bytes> answer = (issuer.*endpoint)(request);
            return answer ? http::Response::bytes(std::move(*answer), "application/cbor")
                          : http::Response::error(answer.error());
          }};
}

}  // namespace

std::vector<http::Route> routes(Issuer& issuer) {
  return {
      json_route("/city/cards", "city", issuer, &Issuer::issue_city_card),
      json_route("/city/cards/replace", "city", issuer, &Issuer::replace_city_card),
      json_route("/city/cards/update", "city", issuer, &Issuer::update_city_card),
      json_route("/pin-resets/reserve", "session", issuer, &Issuer::reserve_pin_reset),
      json_route("/pin-resets/redeem", "kiosk", issuer, &Issuer::redeem_pin_reset),
      json_route("/enrol/start", "anyone", issuer, &Issuer::start_enrolment),
      json_route("/enrol/motion", "session", issuer, &Issuer::choose_motion),
      json_route("/enrol/face", "session", issuer, &Issuer::record_face),
      cbor_route("/enrol/complete", "session", issuer, &Issuer::complete_enrolment),
      cbor_route("/phone/resume", "phone", issuer, &Issuer::resume_phone),
      cbor_route("/phone/refresh", "phone", issuer, &Issuer::refresh_phone),
  };
}

}  // namespace mitome::issuer
