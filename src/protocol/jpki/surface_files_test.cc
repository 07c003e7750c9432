#include "protocol/jpki/surface_files.h"

#include <gtest/gtest.h>

#include "testing/card_maker.h"

namespace mitome::jpki {
namespace {

using namespace mitome::testing;

class SurfaceFilesTest : public ::testing::Test {
 protected:
  CardMaker maker_;
  SurfaceContent content_ = test_surface();
  SurfaceFiles files_ = maker_.surface_files(content_);
  Reason face() { return reason(verify_surface_face(files_, maker_.surface_ca())); }
  template <typename T>
  static Reason reason(const Result<T>& result) { return result ? Reason::GOOD : result.error().reason; }
  /// The file with one byte of the element with this tag turned over: `index` into its value.
  static Bytes turned(Bytes file, uint16_t tag, size_t index = 0) {
    const Bytes name{static_cast<uint8_t>(tag >> 8), static_cast<uint8_t>(tag)};
    const auto at = std::search(file.begin(), file.end(), name.begin(), name.end());
    CHECK(at != file.end());
    ByteView rest{&*at, static_cast<size_t>(file.end() - at)};
    const auto element = tlv::read(rest).value();
    file[static_cast<size_t>(element.value.data() - file.data()) + index] ^= 0x01;
    return file;
  }
};

TEST_F(SurfaceFilesTest, SayWhatWasPutIn) {
  EXPECT_EQ(verify_surface_face(files_, maker_.surface_ca()).value(), content_);
  EXPECT_EQ(verify_surface_age(files_, maker_.surface_ca()).value(), content_.birth_date);
  EXPECT_EQ(as_text(verify_surface_number(files_, maker_.surface_ca()).value()), "number");
  files_.face.push_back(0xFF);
  EXPECT_EQ(face(), Reason::GOOD) << "filler behind the object";
}

TEST_F(SurfaceFilesTest, EverythingThatIsSignedIsHeldToIt) {
  const Bytes whole = files_.face;
  for (uint16_t tag = 0xDF22; tag <= 0xDF28; ++tag) {
    files_.face = turned(whole, tag);
    EXPECT_EQ(face(), Reason::BAD_SIGNATURE) << std::hex << tag;
  }
  files_.face = turned(whole, 0xDF21);
  EXPECT_EQ(face(), Reason::MALFORMED) << "an offset";
  files_.face = turned(whole, 0xDF2A);
  EXPECT_EQ(face(), Reason::GOOD) << "the security code stands outside, as on real cards";
  files_.age = turned(files_.age, 0xDF11);
  EXPECT_EQ(reason(verify_surface_age(files_, maker_.surface_ca())), Reason::BAD_SIGNATURE);
  files_.number = turned(files_.number, 0xDF41);
  EXPECT_EQ(reason(verify_surface_number(files_, maker_.surface_ca())), Reason::BAD_SIGNATURE);
}

TEST_F(SurfaceFilesTest, AnotherCardsFileOrAnotherCaIsNone) {
  const auto stranger = test_signer(crypto::KeyType::kRsa, 64);
  EXPECT_EQ(reason(verify_surface_face(files_, stranger->public_key())), Reason::CERT_UNTRUSTED);
  files_.face = surface_file_face(content_, *stranger).value();
  EXPECT_EQ(face(), Reason::BAD_SIGNATURE) << "by a key of its own";
  std::swap(files_.age, files_.number);
  EXPECT_EQ(reason(verify_surface_age(files_, maker_.surface_ca())), Reason::MALFORMED);
}

TEST_F(SurfaceFilesTest, LimitsAndForms) {
  const auto signer = test_signer(crypto::KeyType::kRsa, 64);
  content_.photo = Bytes(kMaxSurfaceFileSize, 1);
  EXPECT_EQ(reason(surface_file_face(content_, *signer)), Reason::LIMIT_EXCEEDED);
  content_.photo = {};
  EXPECT_EQ(reason(surface_file_face(content_, *signer)), Reason::MALFORMED);
  content_ = test_surface();
  content_.sex = "3";
  EXPECT_EQ(reason(surface_file_face(content_, *signer)), Reason::MALFORMED);
  const auto p256 = test_signer(crypto::KeyType::kP256, 1);
  EXPECT_EQ(reason(surface_file_face(test_surface(), *p256)), Reason::BAD_KEY);
  EXPECT_EQ(reason(surface_file_age(content_.birth_date, *p256)), Reason::BAD_KEY);
  files_.face.resize(kMaxSurfaceFileSize + 1, 0xFF);
  EXPECT_EQ(face(), Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::jpki
