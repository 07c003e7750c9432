#include "protocol/jpki/token_info.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace mitome::jpki {
namespace {

TEST(TokenInfo, IsWrittenAsCardsHaveIt) {
  const Bytes bytes = encode_token_info({"JPKIAPICCTOKEN2", "Maker", "Model", "0000000000000001"});
  ASSERT_EQ(bytes.size(), TokenInfo::kSize);
  EXPECT_EQ(as_text(ByteView{bytes}.first(32)), "JPKIAPICCTOKEN2                 ");
  EXPECT_EQ(to_hex(ByteView{bytes}.subspan(96, 4)), "0000040d");
  EXPECT_EQ(to_hex(ByteView{bytes}.subspan(116, 8)), "0000001000000006");  // PIN lengths, longest and shortest
  EXPECT_EQ(as_text(ByteView{bytes}.subspan(140, 4)), "0301");
}

TEST(TokenInfo, ReadsPaddingOfSpacesAndOfNul) {
  Bytes bytes = encode_token_info({"JPKIAPIOSTOKEN", "Maker", "Model", "12"});
  std::fill(bytes.begin() + 14, bytes.begin() + 32, uint8_t{0});
  const auto info = parse_token_info(bytes).value();
  EXPECT_EQ(info.label, "JPKIAPIOSTOKEN");
  EXPECT_EQ(info.manufacturer, "Maker");
  EXPECT_EQ(info.model, "Model");
  EXPECT_EQ(info.serial, "12");
}

TEST(TokenInfo, CutsTextsThatAreTooLong) {
  const Bytes bytes = encode_token_info({std::string(50, 'L'), "", std::string(50, 'M'), ""});
  const auto info = parse_token_info(bytes).value();
  EXPECT_EQ(info.label, std::string(32, 'L'));
  EXPECT_EQ(info.model, std::string(16, 'M'));
}

TEST(TokenInfo, AnotherSizeOrATextThatIsNotAsciiIsRefused) {
  Bytes bytes = encode_token_info({"L", "", "", ""});
  EXPECT_EQ(parse_token_info(ByteView{bytes}.first(159)).error().reason, Reason::MALFORMED);
  bytes[0] = 0x1B;
  EXPECT_EQ(parse_token_info(bytes).error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::jpki
