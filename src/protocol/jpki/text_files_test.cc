#include "protocol/jpki/text_files.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/tlv/tlv.h"
#include "testing/card_maker.h"

namespace mitome::jpki {
namespace {

using testing::CardMaker;

// EF 0002 of a J-LIS test card, as published in soltia48/myna-card's fixtures.
constexpr std::string_view kGolden =
    "ff2065df2108000e002000590064df220fe9bb92e6a190e38080e5b9b9e4b99fdf2336e69db1e4baace983bde6b885e780ace5b882e8a6b3e5b883"
    "e5ad90e58d97efbc91efbc92efbc8defbc97efbc8defbc92efbc90efbc92df24083139383030323137df250131";

Attributes golden_attributes() {
  return {"黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２",
          Date{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}}, "1"};
}

Reason refusal_of(const Bytes& file) { return parse_attributes(file).error().reason; }

/// The golden file with one byte another.
Bytes golden_with(size_t at, uint8_t value) {
  Bytes file = from_hex(kGolden).value();
  CHECK(file[at] != value);
  file[at] = value;
  return file;
}

TEST(Attributes, GoldenFileOfATestCardByteForByte) {
  EXPECT_EQ(to_hex(text_file_attributes(golden_attributes()).value()), kGolden);
  EXPECT_EQ(parse_attributes(from_hex(kGolden).value()).value(), golden_attributes());
}

TEST(Attributes, LongTextsTakeLongLengthsAndRightOffsets) {
  Attributes attributes = golden_attributes();
  for (const size_t repeats : {5U, 30U, 300U}) {
    attributes.address.clear();
    for (size_t i = 0; i < repeats; ++i) attributes.address += "架空市";
    EXPECT_EQ(parse_attributes(text_file_attributes(attributes).value()).value(), attributes) << repeats;
  }
  attributes.address = std::string(5000, 'x');
  EXPECT_EQ(text_file_attributes(attributes).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Attributes, WhatCannotBeWrittenIsRefused) {
  for (auto broken : {&Attributes::name, &Attributes::address}) {
    Attributes attributes = golden_attributes();
    attributes.*broken = "";
    EXPECT_EQ(text_file_attributes(attributes).error().reason, Reason::MALFORMED);
    attributes.*broken = "\xFF";
    EXPECT_EQ(text_file_attributes(attributes).error().reason, Reason::MALFORMED);
  }
  Attributes attributes = golden_attributes();
  attributes.sex = "3";
  EXPECT_EQ(text_file_attributes(attributes).error().reason, Reason::MALFORMED);
}

TEST(Attributes, EachBrokenByteIsRefused) {
  ASSERT_TRUE(parse_attributes(from_hex(kGolden).value()).has_value());
  EXPECT_EQ(refusal_of(golden_with(1, 0x30)), Reason::MALFORMED);    // another object
  EXPECT_EQ(refusal_of(golden_with(7, 0x0F)), Reason::MALFORMED);    // an offset one too far
  EXPECT_EQ(refusal_of(golden_with(13, 0x65)), Reason::MALFORMED);   // the last offset
  EXPECT_EQ(refusal_of(golden_with(17, 0xFF)), Reason::MALFORMED);   // no UTF-8
  EXPECT_EQ(refusal_of(golden_with(95, 'x')), Reason::MALFORMED);    // a birth date of no calendar
  EXPECT_EQ(refusal_of(golden_with(103, '5')), Reason::MALFORMED);   // an unknown sex
  Bytes behind = from_hex(kGolden).value();
  append(behind, Bytes{0xFF, 0xFF});
  EXPECT_TRUE(parse_attributes(behind).has_value());  // filler
  append(behind, Bytes{0x01});
  EXPECT_EQ(refusal_of(behind), Reason::MALFORMED);
  behind.resize(5000, 0xFF);
  EXPECT_EQ(refusal_of(behind), Reason::LIMIT_EXCEEDED);
}

TEST(Attributes, ElementsMissingOrTooManyAreRefused) {
  const Bytes file = from_hex(kGolden).value();
  const ByteView inside = ByteView{file}.subspan(3);
  const Bytes without_sex = tlv::encode(0xFF20, inside.first(inside.size() - 4));
  EXPECT_EQ(refusal_of(without_sex), Reason::MALFORMED);
  const Bytes with_more = tlv::encode(0xFF20, concat({inside, tlv::encode(0xDF26, as_bytes("x"))}));
  EXPECT_EQ(refusal_of(with_more), Reason::MALFORMED);
}

TEST(MyNumber, SeventeenBytesWithFiller) {
  const Bytes file = text_file_my_number("123456789010").value();
  EXPECT_EQ(to_hex(file), "ff100c313233343536373839303130ffff");
  EXPECT_EQ(parse_my_number(file).value(), "123456789010");
}

TEST(MyNumber, AnythingButTwelveDigitsIsRefused) {
  EXPECT_EQ(text_file_my_number("12345678901").error().reason, Reason::MALFORMED);
  EXPECT_EQ(text_file_my_number("12345678901x").error().reason, Reason::MALFORMED);
  Bytes file = text_file_my_number("123456789010").value();
  file[5] = 'x';
  EXPECT_EQ(parse_my_number(file).error().reason, Reason::MALFORMED);
  EXPECT_EQ(parse_my_number(tlv::encode(0xFF10, as_bytes("123"))).error().reason, Reason::MALFORMED);
}

class Integrity : public ::testing::Test {
 protected:
  CardMaker maker_;
  TextFiles files_ = maker_.text_files(golden_attributes(), "123456789010");

  Error refusal() { return verify_text_integrity(files_, maker_.text_ca()).error(); }
};

TEST_F(Integrity, FilesHaveTheSizesOfACard) {
  EXPECT_EQ(files_.integrity.size(), 5U + 0x14BU);
  EXPECT_EQ(to_hex(ByteView{files_.integrity}.first(5)), "ff3082014b");
  EXPECT_EQ(to_hex(ByteView{files_.certificate}.first(10)), "7f218202335f4e820129");
  EXPECT_EQ(files_.certificate.size(), 5U + 0x233U);
}

TEST_F(Integrity, GoodFilesAreVerified) {
  const auto verified = verify_text_integrity(files_, maker_.text_ca()).value();
  EXPECT_EQ(verified.my_number(), "123456789010");
  EXPECT_EQ(verified.attributes(), golden_attributes());
}

TEST_F(Integrity, AnotherMyNumberOrItsFillerIsFound) {
  const Bytes good = files_.my_number;
  files_.my_number[3] = '2';
  EXPECT_EQ(refusal().reason, Reason::BAD_SIGNATURE);
  EXPECT_NE(refusal().detail.find("0001"), std::string::npos);
  files_.my_number = good;
  files_.my_number.back() = 0x00;  // DF31 covers the filler too
  EXPECT_EQ(refusal().reason, Reason::BAD_SIGNATURE);
}

TEST_F(Integrity, AnotherAddressIsFound) {
  Attributes moved = golden_attributes();
  moved.address = "東京都清瀬市観布子南１２－７－２０３";
  files_.attributes = text_file_attributes(moved).value();
  EXPECT_EQ(refusal().reason, Reason::BAD_SIGNATURE);
  EXPECT_NE(refusal().detail.find("0002"), std::string::npos);
}

TEST_F(Integrity, EveryByteOfTheIntegrityFileCounts) {
  const Bytes good = files_.integrity;
  for (const size_t at : {10U, 50U, 100U, 330U}) {
    files_.integrity = good;
    files_.integrity[at] ^= 1;
    EXPECT_EQ(refusal().reason, Reason::BAD_SIGNATURE) << at;
    EXPECT_NE(refusal().detail.find("0003"), std::string::npos) << at;
  }
  files_.integrity = tlv::encode(0xFF30, ByteView{good}.subspan(5, 35));
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
}

TEST_F(Integrity, CertificateByAnotherCaIsUntrusted) {
  EXPECT_EQ(verify_text_integrity(files_, maker_.auth_ca().signer().public_key()).error().reason, Reason::CERT_UNTRUSTED);
  EXPECT_EQ(verify_text_integrity(files_, testing::test_signer()->public_key()).error().reason, Reason::CERT_UNTRUSTED);
  files_.certificate[20] ^= 1;  // the subject's key id
  EXPECT_EQ(refusal().reason, Reason::CERT_UNTRUSTED);
}

/// The file with one more element inside its object, which no signature covers.
Bytes with_more_inside(const Bytes& file, uint32_t tag) {
  ByteView rest = file;
  const auto object = tlv::read(rest).value();
  return tlv::encode(tag, concat({object.value, tlv::encode(0xDF3F, as_bytes("x"))}));
}

TEST_F(Integrity, NothingHidesBesideWhatIsSigned) {
  const TextFiles good = files_;
  files_.integrity = with_more_inside(good.integrity, 0xFF30);
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
  files_ = good;
  files_.certificate = with_more_inside(good.certificate, 0x7F21);
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
  files_ = good;
  append(files_.certificate, Bytes{0x01});
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
}

TEST_F(Integrity, CertificatesWithoutAWholeKeyAreRefused) {
  const auto certificate = [](const Bytes& body) {
    return tlv::encode(0x7F21, concat({tlv::encode(0x5F4E, body), tlv::encode(0x5F37, Bytes(256))}));
  };
  const auto key = [](const Bytes& exponent, const Bytes& modulus) {
    return concat({Bytes(32), tlv::encode(0x90, exponent), tlv::encode(0x91, modulus)});
  };
  files_.certificate = certificate(Bytes(31));
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
  files_.certificate = certificate(key({1, 0, 1}, Bytes(128, 0xFF)));
  EXPECT_EQ(refusal().reason, Reason::BAD_KEY);
  files_.certificate = certificate(key({1, 0, 1}, Bytes(256, 0x7F)));
  EXPECT_EQ(refusal().reason, Reason::BAD_KEY);
  files_.certificate = certificate(key({}, Bytes(256, 0xFF)));
  EXPECT_EQ(refusal().reason, Reason::BAD_KEY);
  files_.certificate = certificate(key({1, 0, 0, 0, 1}, Bytes(256, 0xFF)));
  EXPECT_EQ(refusal().reason, Reason::BAD_KEY);
}

TEST_F(Integrity, AttributesWithoutOffsetsInFront) {
  ByteView rest = files_.attributes;
  const auto object = tlv::read(rest).value();
  files_.attributes = tlv::encode(0xFF20, object.value.subspan(11));  // DF21 and its eight bytes are gone
  EXPECT_EQ(refusal().reason, Reason::MALFORMED);
}

TEST_F(Integrity, FilesOfTwoPersonsDoNotMix) {
  const TextFiles other = maker_.text_files(testing::test_attributes(), "210987654321");
  files_.attributes = other.attributes;
  EXPECT_EQ(refusal().reason, Reason::BAD_SIGNATURE);
}

TEST_F(Integrity, OnlyRsa2048Signs) {
  const auto p256 = testing::test_signer();
  EXPECT_EQ(text_file_integrity(files_.my_number, files_.attributes, *p256).error().reason, Reason::BAD_KEY);
  EXPECT_EQ(encode_cv_certificate({}, {}, p256->public_key(), maker_.auth_ca().signer()).error().reason, Reason::BAD_KEY);
  EXPECT_EQ(encode_cv_certificate({}, {}, maker_.text_ca(), *p256).error().reason, Reason::BAD_KEY);
}

TEST(Version, TellsVersionKeyAndRoom) {
  const KeyId id{0x60, 0x01};
  const Bytes file = text_file_version(id);
  ByteView rest = file;
  const auto object = tlv::read(rest).value();
  EXPECT_EQ(object.tag, 0xFF40U);
  const auto parts = tlv::read_all(object.value).value();
  EXPECT_EQ(to_hex(tlv::get(parts, 0xDF41).value().value), "01030e01");
  EXPECT_TRUE(equal(tlv::get(parts, 0xDF42).value().value, id));
}

}  // namespace
}  // namespace mitome::jpki
