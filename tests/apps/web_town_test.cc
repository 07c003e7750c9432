// The town in the browser as a whole: open before its first two people have their cards, and nobody ever sees it without them.
#include "apps/web/web_town.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

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

TEST(WebTown, WhoeverAsksFirstFindsThePeopleWithTheirCardsAndPhones) {
  uint16_t port = 0;
  const auto town = open_somewhere(port);
  ASSERT_NE(town, nullptr);
  const town::Addresses addresses{port};
  net::SocketHttpClient network;
  network.know(addresses.authority("town"), "127.0.0.1", port);
  network.know(addresses.authority("phone"), "127.0.0.1", addresses.port("phone"));
  const auto page = network.send(http::get(town->url()));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->status, 200);
  const auto answer = network.send(http::get(town->url() + "api/people"));
  ASSERT_TRUE(answer) << to_string(answer.error());
  const json::Value people = json::parse(as_text(answer->body)).value();
  ASSERT_EQ(people.find("people")->items().size(), 2u);
  for (const json::Value& person : people.find("people")->items()) EXPECT_FALSE(person.string_or("card", "").empty());
  const auto settings = network.send(http::get("http://" + addresses.authority("phone") + "/api/phone-1/settings"));
  ASSERT_TRUE(settings) << to_string(settings.error());
  EXPECT_EQ(json::parse(as_text(settings->body)).value().string_or("biometrics", ""), "face") << "its owner's, with the sensor set up";
}

TEST(WebTown, OptionsThatDoNotFitOpenNothing) {
  const auto reason = [](const WebTownOptions& options) {
    const auto opened = WebTown::open(options);
    return opened ? Reason::GOOD : opened.error().reason;
  };
  EXPECT_EQ(reason({.listen = "0.0.0.0"}), Reason::USAGE) << "no browser gives such a page camera or sensor";
  EXPECT_EQ(reason({.public_url = "http://town.local"}), Reason::USAGE);
  EXPECT_EQ(reason({.start_date = "2025-13-01"}), Reason::MALFORMED);
  EXPECT_TRUE(check_options({.listen = "0.0.0.0", .public_url = "https://town.local"}));
  EXPECT_TRUE(check_options({.start_date = "2025-06-23"}));
}

TEST(WebTown, ItsFirstDayIsChosenOnce) {
  const std::string folder = (std::filesystem::temp_directory_path() / ("mitome-first-day-" + std::to_string(getpid()))).string();
  WebTownOptions options{.data = folder, .start_date = "2025-06-23"};
  Reason again = Reason::GOOD;
  for (options.first_port = 32'000; options.first_port < 32'700; options.first_port = static_cast<uint16_t>(options.first_port + 10)) {
    auto town = WebTown::open(options);
    if (!town && town.error().reason == Reason::UNREACHABLE) continue;  // a port is somebody else's
    ASSERT_TRUE(town) << to_string(town.error());
    town->reset();
    const auto reopened = WebTown::open(options);
    ASSERT_FALSE(reopened) << "its clock has run";
    again = reopened.error().reason;
    break;
  }
  EXPECT_EQ(again, Reason::USAGE);
  std::filesystem::remove_all(folder);
}

TEST(WebTown, ClosesWhileTheFirstCardsAreBeingMade) {
  uint16_t port = 0;
  EXPECT_NE(open_somewhere(port), nullptr);
}

}  // namespace
}  // namespace mitome::web
