#include "protocol/http/events.h"

#include <gtest/gtest.h>

#include <vector>

namespace mitome::http {
namespace {

TEST(EventStream, EverybodyHearsWhatComes) {
  EventStream stream;
  std::vector<std::string> first, second;
  const uint64_t ticket = stream.listen(0, [&](const std::string& frame) { first.push_back(frame); });
  stream.publish("notice", json::Value::object({{"kind", "added"}}));
  stream.listen(0, [&](const std::string& frame) { second.push_back(frame); });
  stream.publish("notice", json::Value::object({{"kind", "line\nbreak"}}));
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0], "id: 1\nevent: notice\ndata: {\"kind\":\"added\"}\n\n");
  EXPECT_EQ(first[1], "id: 2\nevent: notice\ndata: {\"kind\":\"line\\nbreak\"}\n\n");
  EXPECT_EQ(second.size(), 1u);
  stream.leave(ticket);
  stream.publish("notice", json::Value::object());
  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(stream.listeners(), 1u);
}

TEST(EventStream, WhoComesBackHearsWhatWasMissed) {
  EventStream stream;
  for (size_t i = 0; i < kKeptEvents + 3; ++i) stream.publish("n", json::Value{static_cast<int64_t>(i)});
  std::vector<std::string> heard;
  stream.listen(kKeptEvents, [&](const std::string& frame) { heard.push_back(frame); });
  EXPECT_EQ(heard.size(), 3u);
  heard.clear();
  stream.listen(1, [&](const std::string& frame) { heard.push_back(frame); });
  EXPECT_EQ(heard.size(), kKeptEvents);  // what is older is gone
}

TEST(EventStream, ListenersHaveALimit) {
  EventStream stream;
  for (size_t i = 0; i < kMaxListeners; ++i) EXPECT_NE(stream.listen(0, [](const std::string&) {}), 0u);
  EXPECT_EQ(stream.listen(0, [](const std::string&) {}), 0u);
}

}  // namespace
}  // namespace mitome::http
