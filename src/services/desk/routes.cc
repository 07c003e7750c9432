#include "services/desk/desk.h"

namespace mitome::services::desk {
namespace {

using Endpoint = Result<http::Response> (Desk::*)(const http::Request&);

http::Response respond(Result<http::Response> result) {
  return result ? std::move(*result) : http::Response::error(result.error());
}

http::Route own(std::string method, std::string path, std::string who, Desk& desk, Endpoint endpoint) {
  return {std::move(method), std::move(path), std::move(who),
          [&desk, endpoint](const http::Request& request) { return respond((desk.*endpoint)(request)); }};
}

/// Passed on to the authority with the role's token.
http::Route post(std::string path, std::string role, std::string to, Desk& desk) {
  return {"POST", std::move(path), role, [&desk, role, to = std::move(to)](const http::Request& request) {
            return respond(desk.pass_post(request, role, to));
          }};
}

http::Route get(std::string path, std::string role, std::string to, Desk& desk) {
  return {"GET", std::move(path), role, [&desk, role, to = std::move(to)](const http::Request& request) {
            return respond(desk.pass_get(request, role, to));
          }};
}

}  // namespace

std::vector<http::Route> routes(Desk& desk) {
  return {
      own("GET", "/api/session", "anyone", desk, &Desk::session),
      own("POST", "/api/sign-in", "anyone", desk, &Desk::sign_in),
      own("POST", "/api/sign-out", "anyone", desk, &Desk::sign_out),
      own("GET", "/api/verify", "anyone", desk, &Desk::verify_paper),
      own("POST", "/api/city/invent", "city", desk, &Desk::invent),
      own("POST", "/api/city/issue", "city", desk, &Desk::issue),
      own("POST", "/api/city/replace", "city", desk, &Desk::replace),
      own("POST", "/api/city/card", "city", desk, &Desk::read_card),
      own("POST", "/api/city/update", "city", desk, &Desk::update_card),
      own("POST", "/api/city/pin-reset", "city", desk, &Desk::reset_pin),
      post("/api/city/lookup", "city", "/city/lookup", desk),
      post("/api/city/move", "city", "/city/move", desk),
      post("/api/city/stop", "city", "/city/cards/stop", desk),
      post("/api/city/ward", "city", "/city/ward", desk),
      post("/api/city/depart", "city", "/city/depart", desk),
      post("/api/hotline/suspend", "hotline", "/hotline/suspend", desk),
      post("/api/hotline/stop", "hotline", "/hotline/stop", desk),
      own("POST", "/api/findmy/suspend", "findmy", desk, &Desk::findmy_suspend),
      own("POST", "/api/resume", "city, hotline, findmy, operator", desk, &Desk::refuse_resume),
      get("/api/operator/events", "operator", "/events", desk),
      get("/api/operator/chain", "operator", "/events/verify", desk),
      get("/api/operator/reviews", "operator", "/reviews", desk),
      get("/api/operator/picture", "operator", "/reviews/picture", desk),
      own("POST", "/api/operator/decide", "operator", desk, &Desk::decide),
      post("/api/operator/mode", "operator", "/reviews/mode", desk),
  };
}

}  // namespace mitome::services::desk
