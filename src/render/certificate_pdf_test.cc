#include "render/certificate_pdf.h"

#include <gtest/gtest.h>

#include "render/era.h"

namespace mitome::render {
namespace {

Date day(int year, unsigned month, unsigned day_of_month) {
  return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day_of_month}};
}

CertificateText good() {
  CertificateText text;
  text.municipality = "架空市";
  text.head = "架空市長　見本　太郎";
  text.name = "山田　花子";
  text.kana = "やまだ　はなこ";
  text.address = "東京都架空市見本町１－２－３";
  text.sex = "2";
  text.birth_date = day(1980, 2, 17);
  text.household_head = "山田　花子";
  text.relation = "世帯主";
  text.issued = japan_instant(day(2026, 6, 1), 10, 0, 0);
  text.code = "7K3M-Q9TZ-2XBD-HW4C";
  text.verify_url = "http://kiosk.localhost/verify?code=7K3MQ9TZ2XBDHW4C";
  text.binding = "mitome-job:00112233";
  return text;
}

Reason refusal(const CertificateText& text) {
  const auto made = certificate_pdf(text);
  return made ? Reason::GOOD : made.error().reason;
}

TEST(CertificatePdf, IsOneSheetThatSaysWhoseJobItIs) {
  const auto pdf = certificate_pdf(good());
  ASSERT_TRUE(pdf) << to_string(pdf.error());
  EXPECT_TRUE(as_text(*pdf).starts_with("%PDF-1.5"));
  EXPECT_NE(as_text(*pdf).find("/Count 1"), std::string_view::npos);
  EXPECT_EQ(*certificate_binding(*pdf), "mitome-job:00112233");
}

TEST(CertificatePdf, TheSameInputGivesTheSameBytes) {
  EXPECT_EQ(*certificate_pdf(good()), *certificate_pdf(good()));
  auto other = good();
  other.name = "鈴木　太郎";
  EXPECT_NE(*certificate_pdf(good()), *certificate_pdf(other));
}

TEST(CertificatePdf, BothKindsAreMadeAndDiffer) {
  auto seal = good();
  seal.kind = CertificateKind::kSeal;
  ASSERT_TRUE(certificate_pdf(seal));
  EXPECT_NE(*certificate_pdf(seal), *certificate_pdf(good()));
  EXPECT_EQ(title_of(CertificateKind::kSeal), "印鑑登録証明書");
}

TEST(CertificatePdf, NamesWithoutASpaceAndRareCharactersAreDrawn) {
  for (const char* name : {"林", "𠮷田　鷗外", "Maria Garcia", "龍　一"}) {
    auto text = good();
    text.kind = CertificateKind::kSeal;
    text.name = name;
    EXPECT_EQ(refusal(text), Reason::GOOD) << name;
  }
}

TEST(CertificatePdf, ACharacterThatNoFontHasIsNotPrintedAsABox) {
  auto text = good();
  text.name = "山田　\U000F1234";  // private use: a municipality's own character
  EXPECT_EQ(refusal(text), Reason::DOCUMENT_NOT_MADE);
}

TEST(CertificatePdf, LimitsAndFormsAreHeld) {
  auto text = good();
  text.address = std::string(kMaxCertificateText + 1, 'a');
  EXPECT_EQ(refusal(text), Reason::LIMIT_EXCEEDED);
  text = good();
  text.address = "\xFF";
  EXPECT_EQ(refusal(text), Reason::MALFORMED);
  text = good();
  text.name.clear();
  EXPECT_EQ(refusal(text), Reason::MALFORMED);
  for (const char* binding : {"", "a b", "a)b", "a\\b", "ジョブ"}) {
    text = good();
    text.binding = binding;
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << binding;
  }
}

TEST(CertificatePdf, APaperWithoutABindingOrWithTwoIsRefused) {
  EXPECT_EQ(certificate_binding(as_bytes("%PDF-1.5")).error().reason, Reason::MALFORMED);
  EXPECT_EQ(certificate_binding(as_bytes("/Keywords (a) /Keywords (b)")).error().reason, Reason::MALFORMED);
  EXPECT_EQ(certificate_binding(as_bytes("/Keywords (a")).error().reason, Reason::MALFORMED);
  EXPECT_EQ(certificate_binding(as_bytes("/Keywords ()")).error().reason, Reason::MALFORMED);
}

TEST(EraDate, ChangesOnTheDayTheEraDid) {
  EXPECT_EQ(era_date(day(2026, 6, 1)), "令和8年6月1日");
  EXPECT_EQ(era_date(day(2019, 5, 1)), "令和元年5月1日");
  EXPECT_EQ(era_date(day(2019, 4, 30)), "平成31年4月30日");
  EXPECT_EQ(era_date(day(1989, 1, 7)), "昭和64年1月7日");
  EXPECT_EQ(era_date(day(1926, 12, 24)), "大正15年12月24日");
  EXPECT_EQ(era_date(day(1912, 7, 29)), "明治45年7月29日");
  EXPECT_EQ(era_date(day(1872, 12, 31)), "1872年12月31日");
  EXPECT_EQ(era_digits(day(2019, 5, 1)), "010501");
  EXPECT_EQ(era_digits(day(2019, 4, 30)), "310430");
  EXPECT_EQ(era_digits(day(1989, 1, 7)), "640107");
  EXPECT_EQ(era_digits(day(1926, 12, 24)), "151224");
  EXPECT_EQ(era_digits(day(1980, 2, 17)), "550217");
}

}  // namespace
}  // namespace mitome::render
