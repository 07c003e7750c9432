#include "net/vpcd_card.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/hex.h"
#include "testing/card_script.h"

namespace mitome::net {
namespace {

/// vpcd's end of the wire.
class Reader {
 public:
  Reader() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(listener_, 1) == 0);
    socklen_t size = sizeof address;
    CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Reader() {
    hang_up();
    close(listener_);
  }
  uint16_t port() const { return port_; }
  void accept_card() { card_ = accept(listener_, nullptr, nullptr); }
  void hang_up() {
    if (card_ >= 0) close(card_);
    card_ = -1;
  }
  void send_raw(std::string_view hex) {
    const Bytes bytes = from_hex(hex).value();
    CHECK(::send(card_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  std::string receive_raw(size_t size) {
    Bytes bytes(size);
    CHECK(recv(card_, bytes.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size));
    return to_hex(bytes);
  }

 private:
  int listener_, card_ = -1;
  uint16_t port_ = 0;
};

class VpcdTest : public ::testing::Test {
 protected:
  testing::ScriptedCard card_{[this](ByteView, size_t) -> Result<Bytes> {
    if (silent_) return Error{Reason::CARD_SILENT, ""};
    return Bytes(answer_size_, 0x90);
  }};
  size_t resets_ = 0;
  VpcdDialogue dialogue_{card_, [this] { ++resets_; }};
  bool silent_ = false;
  size_t answer_size_ = 2;
};

TEST_F(VpcdTest, ControlCodes) {
  EXPECT_EQ(dialogue_.answer(Bytes{0x00}), std::nullopt);
  EXPECT_EQ(dialogue_.answer(Bytes{0x01}), std::nullopt);
  EXPECT_EQ(dialogue_.answer(Bytes{0x02}), std::nullopt);
  EXPECT_EQ(resets_, 3U);
  EXPECT_EQ(to_hex(*dialogue_.answer(Bytes{0x04})), "3be000ff8131fe4514");
  EXPECT_EQ(card_.sent().size(), 0U);
}

TEST_F(VpcdTest, EverythingElseGoesToTheCard) {
  EXPECT_EQ(to_hex(*dialogue_.answer(Bytes{0x00, 0xA4, 0x00, 0x00})), "9090");
  EXPECT_EQ(to_hex(*dialogue_.answer(Bytes{0x03})), "9090");
  EXPECT_EQ(card_.sent(), (std::vector<std::string>{"00a40000", "03"}));
  EXPECT_EQ(dialogue_.commands(), 2U);
}

TEST_F(VpcdTest, SilenceAndAnswersTooLongAreAnErrorWord) {
  silent_ = true;
  EXPECT_EQ(to_hex(*dialogue_.answer(Bytes{0x00, 0xA4, 0x00, 0x00})), "6f00");
  silent_ = false;
  answer_size_ = 65536;
  EXPECT_EQ(to_hex(*dialogue_.answer(Bytes{0x00, 0xA4, 0x00, 0x00})), "6f00");
}

TEST_F(VpcdTest, ServesOverASocketUntilTheReaderHangsUp) {
  Reader reader;
  std::atomic<bool> stop{false};
  bool connected = false;
  std::thread card{[&] { EXPECT_TRUE(serve_vpcd(dialogue_, "127.0.0.1", reader.port(), stop, [&] { connected = true; })); }};
  reader.accept_card();
  reader.send_raw("000101" "000104");
  EXPECT_EQ(reader.receive_raw(11), "00093be000ff8131fe4514");
  reader.send_raw("000400a40000");
  EXPECT_EQ(reader.receive_raw(4), "00029090");
  reader.send_raw("00");  // a message in two pieces
  reader.send_raw("0500b0000004");
  EXPECT_EQ(reader.receive_raw(4), "00029090");
  reader.hang_up();
  card.join();
  EXPECT_TRUE(connected);
  EXPECT_EQ(resets_, 1U);
  EXPECT_EQ(dialogue_.commands(), 2U);
}

TEST_F(VpcdTest, StopsWhenTold) {
  Reader reader;
  std::atomic<bool> stop{false};
  std::thread card{[&] { EXPECT_TRUE(serve_vpcd(dialogue_, "127.0.0.1", reader.port(), stop, [] {})); }};
  reader.accept_card();
  stop = true;
  card.join();  // would not end otherwise
  EXPECT_EQ(dialogue_.commands(), 0U);
}

TEST_F(VpcdTest, NobodyListening) {
  uint16_t free_port = 0;
  {
    Reader reader;
    free_port = reader.port();
  }
  std::atomic<bool> stop{false};
  EXPECT_EQ(serve_vpcd(dialogue_, "127.0.0.1", free_port, stop, [] {}).error().reason, Reason::UNREACHABLE);
  EXPECT_EQ(serve_vpcd(dialogue_, "no such host", free_port, stop, [] {}).error().reason, Reason::UNREACHABLE);
}

}  // namespace
}  // namespace mitome::net
