#include "protocol/http/web.h"

#include <gtest/gtest.h>

namespace mitome::http {
namespace {

Request with(std::string target, Headers headers = {}, std::string_view body = "") {
  return {"POST", "place.localhost", std::move(target), std::move(headers), to_bytes(body)};
}

TEST(Parameters, AreDecodedOnce) {
  const auto found = query_parameters(with("/a?name=%E8%8A%B1+%2B&empty=&flag"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->at("name"), "花 +");
  EXPECT_EQ(found->at("empty"), "");
  EXPECT_EQ(found->at("flag"), "");
}

TEST(Parameters, RefuseWhatTwoReadersMayReadDifferently) {
  EXPECT_EQ(query_parameters(with("/a?code=1&code=2")).error().detail, "twice: code");
  EXPECT_EQ(query_parameters(with("/a?code=%4")).error().detail, "a bad percent escape");
  EXPECT_EQ(query_parameters(with("/a?code=%zz")).error().detail, "a bad percent escape");
  EXPECT_EQ(query_parameters(with("/a?code=%FF")).error().detail, "a parameter is not UTF-8");
  std::string many;
  for (size_t i = 0; i <= kMaxParameters; ++i) many += "&n" + std::to_string(i) + "=";
  EXPECT_EQ(query_parameters(with("/a?" + many)).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(query_parameters(with("/a?n=" + std::string(kMaxParameterSize, 'x'))).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Parameters, OfAFormNeedItsType) {
  EXPECT_EQ(form_parameters(with("/", {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}, "a=b"))->at("a"), "b");
  EXPECT_EQ(form_parameters(with("/", {{"Content-Type", "text/plain"}}, "a=b")).error().reason, Reason::MALFORMED);
}

TEST(Parameters, EncodeComponentIsReadBack) {
  const std::string text = "a/b?c=d&e f+花~";
  EXPECT_EQ(encode_component(text), "a%2Fb%3Fc%3Dd%26e%20f%2B%E8%8A%B1~");
  EXPECT_EQ(parse_parameters("v=" + encode_component(text))->at("v"), text);
}

TEST(Cookie, IsFoundByItsWholeName) {
  const auto request = with("/", {{"Cookie", "xsession=1; session=abc; sessionx=2"}});
  EXPECT_EQ(cookie(request, "session"), "abc");
  EXPECT_EQ(cookie(request, "absent"), "");
  EXPECT_EQ(cookie(with("/", {{"Cookie", "session=a; session=b"}}), "session"), "");
  EXPECT_EQ(cookie(with("/"), "session"), "");
}

TEST(Cookie, IsOutOfReachOfScriptsAndOtherSites) {
  Response response;
  set_cookie(response, "s", "v", true);
  EXPECT_EQ(response.header("Set-Cookie"), "s=v; Path=/; HttpOnly; SameSite=Lax; Secure");
  Response deleted;
  set_cookie(deleted, "s", "", false);
  EXPECT_EQ(deleted.header("Set-Cookie"), "s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace mitome::http
