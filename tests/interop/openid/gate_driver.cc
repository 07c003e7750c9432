// A gate at a port of its own for an outside service to log in at, with one holder whose wallet does what it is told.
// gate_driver: reads the service's public key (a JWK) from its first line of input, prints {"issuer", "now"}, and serves until its
// input ends. POST /driver/wallet {request, verb:"approve"|"decline"} plays the wallet.
#include <cstdio>
#include <iostream>
#include <optional>

#include "credential/jose/jwk.h"
#include "net/http_server.h"
#include "testing/gate_world.h"

namespace mitome {
namespace {

gate::Client outside(const crypto::PublicKey& key) {
  return {.id = "outside",
          .name = "An outside service",
          .name_ja = "外部のサービス",
          .redirect_uris = {"http://outside.localhost/callback"},
          .sign_redirect_uris = {},
          .post_logout_redirect_uris = {"http://outside.localhost/"},
          .scopes = {"name", "birthdate"},
          .purpose = "to log in",
          .purpose_ja = "ログインするため",
          .stored = "nothing",
          .stored_ja = "保存しません",
          .keys = {key}};
}

http::Response play_wallet(testing::GateWorld& world, const http::Request& request) {
  const auto body = http::json_body(request);
  if (!body) return http::Response::error(body.error());
  const std::string url = body->string_or("request", "");
  const auto opened = world.open(url);
  if (body->string_or("verb", "") == "decline") return http::Response::json(world.wallet("decline", url, json::Value::object()));
  return http::Response::json(world.answer(url, opened));
}

int serve() {
  std::string line;
  std::getline(std::cin, line);
  const auto jwk = json::parse(line);
  const auto key = jwk ? jose::from_jwk(*jwk) : Result<crypto::PublicKey>{jwk.error()};
  if (!key) return 64;
  testing::GateWorld world;
  std::optional<http::Router> router;
  std::vector<net::Door> doors(1);
  doors[0].handle = [&router](const http::Request& request) { return router->handle(request); };
  auto server = net::HttpServer::start(std::move(doors));
  if (!server) return 2;
  auto config = world.config();
  config.origin += ":" + std::to_string((*server)->port(0));
  config.clients.push_back(outside(*key));
  const std::string issuer = config.origin;
  world.gate = std::make_unique<gate::Gate>(std::move(config), crypto::SecretBytes{Bytes(32, 7)}, *world.store, world.clock,
                                            world.random, *world.gate_key, world.network);
  auto all = gate::routes(*world.gate);
  all.push_back({"POST", "/driver/wallet", "the judge", [&](const http::Request& request) { return play_wallet(world, request); }});
  router.emplace(std::move(all));
  std::cout << json::Value::object({{"issuer", issuer}, {"now", to_unix(world.clock.now())}}).dump() << std::endl;
  while (std::getline(std::cin, line)) {
  }
  server->reset();
  return 0;
}

}  // namespace
}  // namespace mitome

int main() { return mitome::serve(); }
