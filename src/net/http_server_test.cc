#include "net/http_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "net/http_client.h"
#include "protocol/http/events.h"

namespace mitome::net {
namespace {

http::Response echo(const http::Request& request) {
  auto response = http::Response::bytes(request.body, "text/plain");
  response.headers.emplace_back("Seen", request.method + " " + request.target + " " + std::string{request.header("Ask")});
  return response;
}

struct Served {
  explicit Served(std::function<http::Response(const http::Request&)> handle, std::vector<std::string> hosts = {}) {
    server = HttpServer::start({{.hosts = std::move(hosts), .handle = std::move(handle)}}).value();
    client.know("place.localhost", "127.0.0.1", server->port(0));
  }
  std::unique_ptr<HttpServer> server;
  SocketHttpClient client;
};

/// Says `text` to the port as it is and reads until the other side closes or `enough` is seen.
std::string talk(uint16_t port, const std::string& text, std::string_view enough = "") {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  std::string heard;
  char buffer[4096];
  while (enough.empty() || heard.find(enough) == std::string::npos) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got <= 0) break;
    heard.append(buffer, static_cast<size_t>(got));
  }
  close(fd);
  return heard;
}

TEST(HttpServer, CarriesARequestAndItsAnswer) {
  Served served{echo};
  auto request = http::post("http://place.localhost/a/b?c=d", "text/plain", to_bytes("körper"));
  request.headers.emplace_back("Ask", "x");
  const auto response = served.client.send(request);
  ASSERT_TRUE(response.has_value()) << to_string(response.error());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(as_text(response->body), "körper");
  EXPECT_EQ(response->header("Seen"), "POST /a/b?c=d x");
  EXPECT_EQ(response->header("Content-Type"), "text/plain");
}

TEST(HttpServer, KeepsAConnectionAndAnswersHead) {
  Served served{echo};
  const std::string heard = talk(served.server->port(0),
                                 "HEAD /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(heard.find("Seen: HEAD /1"), std::string::npos);
  EXPECT_NE(heard.find("Seen: GET /2"), std::string::npos);
}

TEST(HttpServer, AnswersOnlyToItsOwnName) {
  Served served{echo, {"place.localhost", "place.localhost:1"}};
  EXPECT_EQ(served.client.send(http::get("http://place.localhost/"))->status, 200);
  served.client.know("evil.example", "127.0.0.1", served.server->port(0));
  EXPECT_EQ(served.client.send(http::get("http://evil.example/"))->status, 421);
}

TEST(HttpServer, RefusesWhatIsTooLargeOrNotHttp) {
  Served served{echo};
  EXPECT_TRUE(talk(served.server->port(0), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(talk(served.server->port(0), "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  const std::string long_header(kMaxHeader + 1, 'x');
  EXPECT_TRUE(talk(served.server->port(0), "GET / HTTP/1.1\r\nHost: h\r\nA: " + long_header + "\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_EQ(served.client.send(http::get("http://place.localhost/"))->status, 200);  // and goes on
}

TEST(HttpServer, OnePlaceMayAskAnotherWhileItAnswers) {
  SocketHttpClient inside;
  std::vector<Door> doors;
  const auto forward = [&](const http::Request& request) {
    return inside.send(http::get("http://inner.localhost" + request.target)).value();
  };
  doors.push_back({.handle = forward, .threads = 2});
  doors.push_back({.handle = echo, .threads = 1});
  const auto server = HttpServer::start(std::move(doors)).value();
  inside.know("inner.localhost", "127.0.0.1", server->port(1));
  SocketHttpClient outside;
  outside.know("outer.localhost", "127.0.0.1", server->port(0));
  std::atomic<int> good = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < 16; ++i)
    askers.emplace_back([&, i] {
      const auto response = outside.send(http::get("http://outer.localhost/" + std::to_string(i)));
      if (response && response->header("Seen") == "GET /" + std::to_string(i)) ++good;
    });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(good, 16);
}

TEST(HttpServer, FeedsEvents) {
  const auto events = std::make_shared<http::EventStream>();
  Served served{[&](const http::Request&) {
    http::Response response;
    response.events = events;
    return response;
  }};
  events->publish("n", json::Value{1});
  std::thread publisher{[&] {
    while (events->listeners() == 0) std::this_thread::yield();
    events->publish("n", json::Value{2});
  }};
  const std::string heard = talk(served.server->port(0), "GET /events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: 1\r\n\r\n", "data: 2\n\n");
  publisher.join();
  EXPECT_NE(heard.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_EQ(heard.find("data: 1"), std::string::npos);  // 1 was heard before
}

TEST(HttpServer, SaysWhichPortIsTaken) {
  Served served{echo};
  const auto second = HttpServer::start({{.port = served.server->port(0), .handle = echo}});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, Reason::UNREACHABLE);
  EXPECT_NE(second.error().detail.find(std::to_string(served.server->port(0))), std::string::npos);
}

TEST(SocketHttpClient, CallsNobodyItWasNotToldOf) {
  SocketHttpClient client;
  EXPECT_EQ(client.send(http::get("http://127.0.0.1/")).error().reason, Reason::SSRF_BLOCKED);
  client.know("nobody.localhost", "127.0.0.1", 1);
  EXPECT_EQ(client.send(http::get("http://nobody.localhost/")).error().reason, Reason::UNREACHABLE);
}

}  // namespace
}  // namespace mitome::net
