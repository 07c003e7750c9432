#include "verifier/outbound.h"

#include <gtest/gtest.h>

#include "testing/status_places.h"

namespace mitome::verifier {
namespace {

/// Says the same thing to everybody, and counts.
class Echo final : public http::HttpClient {
 public:
  Result<http::Response> send(const http::Request& request) override {
    ++calls;
    last = request;
    return answer;
  }
  Result<http::Response> answer = http::Response::bytes({1}, "text/x");
  http::Request last;
  size_t calls = 0;
};

// ONL-15: what a document or certificate names is not called, unless the configuration names it too.
TEST(Outbound, CallsOnlyConfiguredHosts) {
  Echo echo;
  Outbound outbound{echo, {"authority.localhost:8701"}};
  for (const auto* url :
       {"http://127.0.0.1/status", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "file:///etc/passwd",
        "ftp://authority.localhost:8701/", "http://authority.localhost/", "http://authority.localhost:87010/",
        "http://authority.localhost:8701@127.0.0.1/", "http://127.0.0.1\\@authority.localhost:8701/",
        "http://authority.localhost:8701\n.evil/", "http://AUTHORITY.localhost:8701/ x",
        "http://evil.localhost/?http://authority.localhost:8701/", "//authority.localhost:8701/",
        "authority.localhost:8701/", "http://authority.localhost:8701/ x",
        "http://authority.localhost:8701/\r\nHost: evil", "http://authority.localhost:8701/\\x", ""}) {
    EXPECT_EQ(outbound.get(url, "text/x").error().reason, Reason::SSRF_BLOCKED) << url;
    EXPECT_EQ(outbound.post(url, "a/b", {}, "text/x").error().reason, Reason::SSRF_BLOCKED) << url;
  }
  EXPECT_EQ(echo.calls, 0u);
  EXPECT_EQ(outbound.get("http://authority.localhost:8701/x?y", "text/x").value(), Bytes{1});
  EXPECT_EQ(echo.last.target, "/x?y");
  EXPECT_EQ(outbound.post("https://authority.localhost:8701/x", "a/b", {7}, "text/x").value(), Bytes{1});
  EXPECT_EQ(echo.last.body, Bytes{7});
  EXPECT_EQ(echo.last.header("Content-Type"), "a/b");
  EXPECT_EQ(Outbound(echo, {}).get("http://authority.localhost:8701/x", "text/x").error().reason, Reason::SSRF_BLOCKED);
}

TEST(Outbound, FollowsNoRedirection) {
  Echo echo;
  Outbound outbound{echo, {"a"}};
  for (const int status : {301, 302, 303, 307, 308}) {
    auto response = http::Response::bytes({1}, "text/x", status);
    response.headers.emplace_back("Location", "http://127.0.0.1/");
    echo.answer = response;
    echo.calls = 0;
    EXPECT_EQ(outbound.get("http://a/", "text/x").error().reason, Reason::SSRF_BLOCKED);
    EXPECT_EQ(echo.calls, 1u);
  }
}

TEST(Outbound, NoAnswerIsNotAnAnswer) {
  Echo echo;
  Outbound outbound{echo, {"a"}};
  for (const auto& [name, answer] : testing::no_answers("text/x", {})) {
    echo.answer = answer;
    EXPECT_EQ(outbound.get("http://a/", "text/x").error().reason, Reason::STATUS_UNAVAILABLE) << name;
  }
}

}  // namespace
}  // namespace mitome::verifier
