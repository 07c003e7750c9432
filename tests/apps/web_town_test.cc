// The town in the browser as a whole: open before its first two people have their cards, and nobody ever sees it without them.
#include "apps/web/web_town.h"

#include <gtest/gtest.h>

#include "apps/town/addresses.h"
#include "net/http_client.h"

namespace mitome::web {
namespace {

/// A town in memory on ten ports that are free.
std::unique_ptr<WebTown> open_somewhere(uint16_t& port) {
  for (port = 31'000; port < 32'000; port = static_cast<uint16_t>(port + 10)) {
    WebTownOptions options;
    options.first_port = port;
    if (auto town = WebTown::open(options)) return std::move(*town);
  }
  return nullptr;
}

TEST(WebTown, WhoeverAsksFirstFindsThePeopleWithTheirCards) {
  uint16_t port = 0;
  const auto town = open_somewhere(port);
  ASSERT_NE(town, nullptr);
  const town::Addresses addresses{port};
  net::SocketHttpClient network;
  network.know(addresses.authority("town"), "127.0.0.1", port);
  const auto page = network.send(http::get(town->url()));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->status, 200);
  const auto answer = network.send(http::get(town->url() + "api/people"));
  ASSERT_TRUE(answer) << to_string(answer.error());
  const json::Value people = json::parse(as_text(answer->body)).value();
  ASSERT_EQ(people.find("people")->items().size(), 2u);
  for (const json::Value& person : people.find("people")->items()) EXPECT_FALSE(person.string_or("card", "").empty());
}

TEST(WebTown, ClosesWhileTheFirstCardsAreBeingMade) {
  uint16_t port = 0;
  EXPECT_NE(open_somewhere(port), nullptr);
}

}  // namespace
}  // namespace mitome::web
