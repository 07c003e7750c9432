#include "protocol/http/http.h"

#include <gtest/gtest.h>

namespace mitome::http {
namespace {

/// Answers with what it was given and keeps what it was asked.
class CannedClient final : public HttpClient {
 public:
  explicit CannedClient(Result<Response> answer) : answer_(std::move(answer)) {}
  Result<Response> send(const Request& request) override {
    asked = request;
    return answer_;
  }
  Request asked;

 private:
  Result<Response> answer_;
};

Router sample_router() {
  const auto says = [](std::string text) {
    return [text](const Request&) { return Response::bytes(to_bytes(text), "text/plain"); };
  };
  return Router{{{"GET", "/phones/*", "phone", says("one phone")},
                 {"GET", "/phones/list", "desk", says("all phones")},
                 {"POST", "/phones/list", "desk", says("made")},
                 {"DELETE", "/phones/*", "desk",
                  [](const Request& r) { return Response::bytes(to_bytes(last_segment(r)), "text/plain"); }}}};
}

std::string ask(std::string method, std::string target) {
  const Response response = sample_router().handle({std::move(method), "town.localhost", std::move(target), {}, {}});
  return std::string{as_text(response.body)};
}

Reason reason_of(const Response& response) { return error_of(response).reason; }

TEST(HttpRequest, UrlsAreSplitIntoAuthorityAndTarget) {
  const Request plain = get("http://authority.localhost:8701/status/ocsp?x=1&y=2#part");
  EXPECT_EQ(plain.method, "GET");
  EXPECT_EQ(plain.authority, "authority.localhost:8701");
  EXPECT_EQ(plain.target, "/status/ocsp?x=1&y=2");
  EXPECT_EQ(plain.path(), "/status/ocsp");
  EXPECT_EQ(plain.query(), "x=1&y=2");
  EXPECT_EQ(get("https://desk.localhost").target, "/");
  EXPECT_EQ(get("http://desk.localhost?a").target, "/?a");
  EXPECT_EQ(get("http://desk.localhost/a").query(), "");
}

TEST(HttpRequest, HeadersAreFoundInAnyCase) {
  const Request request = post("http://a/b", "application/ocsp-request", {1, 2});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.header("content-TYPE"), "application/ocsp-request");
  EXPECT_EQ(request.header("content-typ"), "");
  EXPECT_EQ(request.body, (Bytes{1, 2}));
  EXPECT_EQ(post_json("http://a/b", json::Value::object({{"n", 1}})).body, to_bytes("{\"n\":1}"));
}

TEST(HttpResponse, ErrorsCarryTheirReasonAndStatus) {
  const std::vector<std::pair<Reason, int>> expected = {
      {Reason::MALFORMED, 422},   {Reason::NOT_FOUND, 404},         {Reason::FORBIDDEN, 403},
      {Reason::CONFLICT, 409},    {Reason::STALE_VERSION, 409},     {Reason::METHOD_NOT_ALLOWED, 405},
      {Reason::UNREACHABLE, 503}, {Reason::STATUS_UNAVAILABLE, 503}};
  for (const auto& [reason, status] : expected) {
    const Response response = Response::error({reason, "seen"});
    EXPECT_EQ(response.status, status) << reason_code(reason);
    const Error back = error_of(response);
    EXPECT_EQ(back.reason, reason);
    EXPECT_EQ(back.detail, "seen");
    const auto body = json::parse(as_text(response.body)).value();
    EXPECT_EQ(body.string_at("message").value(), reason_info(reason).en);
    EXPECT_EQ(body.string_at("message_ja").value(), reason_info(reason).ja);
    EXPECT_EQ(body.string_at("next").value(), reason_info(reason).next_en);
    EXPECT_EQ(body.string_at("next_ja").value(), reason_info(reason).next_ja);
  }
}

TEST(HttpResponse, AnErrorThatCannotBeReadIsUnreachableNeverGood) {
  EXPECT_EQ(reason_of(Response::bytes(to_bytes("<html>"), "text/html", 500)), Reason::UNREACHABLE);
  EXPECT_EQ(reason_of(Response::json(json::Value::object({{"reason", "NO_SUCH_CODE"}}), 422)), Reason::UNREACHABLE);
  EXPECT_EQ(reason_of(Response::json(json::Value::object({{"reason", "GOOD"}}), 422)), Reason::UNREACHABLE);
  EXPECT_EQ(reason_of(Response::json(json::Value::object({{"reason", 7}}), 422)), Reason::UNREACHABLE);
}

TEST(HttpCalls, TheJsonOfAGoodAnswerElseItsError) {
  CannedClient good{Response::json(json::Value::object({{"n", 5}}), 201)};
  EXPECT_EQ(call_json(good, get("http://a/x"))->int_at("n").value(), 5);
  EXPECT_EQ(good.asked.target, "/x");
  CannedClient refused{Response::error({Reason::PIN_WRONG, "2 left"})};
  EXPECT_EQ(call_json(refused, get("http://a/x")).error().reason, Reason::PIN_WRONG);
  CannedClient silent{Error{Reason::UNREACHABLE, "down"}};
  EXPECT_EQ(call_bytes(silent, get("http://a/x")).error().reason, Reason::UNREACHABLE);
  CannedClient broken{Response::bytes(to_bytes("{"), "application/json")};
  EXPECT_EQ(call_json(broken, get("http://a/x")).error().reason, Reason::MALFORMED);
  CannedClient large{Response::bytes(Bytes(kMaxBody + 1), "application/octet-stream")};
  EXPECT_EQ(call_bytes(large, get("http://a/x")).error().reason, Reason::LIMIT_EXCEEDED);
  CannedClient moved{Response::bytes({}, "text/plain", 302)};
  EXPECT_EQ(call_bytes(moved, get("http://a/x")).error().reason, Reason::UNREACHABLE);
}

TEST(HttpBody, MustBeAJsonObject) {
  EXPECT_EQ(json_body(post("http://a/b", "application/json", to_bytes("{\"a\":\"b\"}")))->string_at("a").value(), "b");
  EXPECT_EQ(json_body(post("http://a/b", "application/json", to_bytes("[1]"))).error().reason, Reason::MALFORMED);
  EXPECT_EQ(json_body(post("http://a/b", "application/json", {})).error().reason, Reason::MALFORMED);
}

TEST(Router, TheExactPathGoesBeforeTheWildcard) {
  EXPECT_EQ(ask("GET", "/phones/list?sort=1"), "all phones");
  EXPECT_EQ(ask("GET", "/phones/42"), "one phone");
  EXPECT_EQ(ask("POST", "/phones/list"), "made");
  EXPECT_EQ(ask("DELETE", "/phones/17?now"), "17");
}

TEST(Router, RefusesWhatNoRouteTakes) {
  const Router router = sample_router();
  const auto refuse = [&](std::string method, std::string target, Bytes body = {}) {
    return router.handle({std::move(method), "", std::move(target), {}, std::move(body)});
  };
  EXPECT_EQ(reason_of(refuse("GET", "/phones")), Reason::NOT_FOUND);
  EXPECT_EQ(reason_of(refuse("GET", "/phones/")), Reason::NOT_FOUND);
  EXPECT_EQ(reason_of(refuse("GET", "/phones/1/2")), Reason::NOT_FOUND);
  EXPECT_EQ(reason_of(refuse("PUT", "/phones/1")), Reason::METHOD_NOT_ALLOWED);
  EXPECT_EQ(refuse("PUT", "/phones/1").header("allow"), "GET, DELETE");
  EXPECT_EQ(reason_of(refuse("POST", "/phones/list", Bytes(kMaxBody + 1))), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refuse("POST", "/phones/list", Bytes(kMaxBody)).status, 200);
}

}  // namespace
}  // namespace mitome::http
