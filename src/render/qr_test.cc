#include "render/qr.h"

#include <gtest/gtest.h>

namespace mitome::render {
namespace {

TEST(Qr, HasItsThreeFinderPatternsAndTheSmallestVersion) {
  const auto code = qr_code("mitome");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->size, 21);
  for (const auto& [left, top] : {std::pair{0, 0}, {14, 0}, {0, 14}}) {
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE(code->dark(left + i, top) && code->dark(left, top + i)) << "the frame, " << i;
      EXPECT_TRUE(code->dark(left + i, top + 6) && code->dark(left + 6, top + i)) << "the frame, " << i;
    }
    EXPECT_FALSE(code->dark(left + 1, top + 1));
    EXPECT_TRUE(code->dark(left + 3, top + 3));
  }
}

TEST(Qr, TheSameTextGivesTheSamePicture) {
  EXPECT_EQ(*qr_svg("http://gate.localhost/requests/open?id=1", "QR"),
            *qr_svg("http://gate.localhost/requests/open?id=1", "QR"));
  EXPECT_NE(*qr_svg("a", "QR"), *qr_svg("b", "QR"));
}

TEST(Qr, ThePictureHasItsQuietZoneAndNeedsNoStyle) {
  const auto svg = qr_svg("mitome", "読み取り \"A\" <b> & c");
  ASSERT_TRUE(svg);
  EXPECT_NE(svg->find("viewBox=\"0 0 29 29\""), std::string::npos);
  EXPECT_NE(svg->find("M4 4h7v1h-7z"), std::string::npos) << "the first row of the first finder pattern";
  EXPECT_NE(svg->find("aria-label=\"読み取り &quot;A&quot; &lt;b&gt; &amp; c\""), std::string::npos);
  EXPECT_EQ(svg->find("style"), std::string::npos);
}

TEST(Qr, TheLimitIsNamedAndHeld) {
  EXPECT_TRUE(qr_code(std::string(kMaxQrText, 'x')));
  EXPECT_EQ(qr_code(std::string(kMaxQrText + 1, 'x')).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(qr_code("").error().reason, Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::render
