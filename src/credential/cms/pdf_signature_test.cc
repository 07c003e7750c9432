#include "credential/cms/pdf_signature.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::pades {
namespace {

/// One empty page, built as Cairo builds a file.
Bytes one_page(const std::string& page_extra = "", const std::string& catalog_extra = "") {
  std::string out = "%PDF-1.5\n";
  std::vector<size_t> offsets;
  const auto object = [&](const std::string& body) {
    offsets.push_back(out.size());
    out += std::to_string(offsets.size()) + " 0 obj\n" + body + "\nendobj\n";
  };
  object("<< /Type /Pages\n   /Kids [ 2 0 R ]\n   /Count 1\n>>");
  object("<< /Type /Page % 1\n   /Parent 1 0 R\n   /MediaBox [ 0 0 595 842 ]\n" + page_extra + ">>");
  object("<< /Producer (test) >>");
  object("<< /Type /Catalog\n   /Pages 1 0 R\n" + catalog_extra + ">>");
  const size_t xref = out.size();
  out += "xref\n0 5\n0000000000 65535 f \n";
  for (const size_t each : offsets) {
    const std::string digits = std::to_string(each);
    out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  out += "trailer\n<< /Size 5\n   /Root 4 0 R\n   /Info 3 0 R\n>>\nstartxref\n" + std::to_string(xref) + "\n%%EOF\n";
  return to_bytes(as_bytes(out));
}

class PdfSignatureTest : public ::testing::Test {
 protected:
  PdfSignatureTest()
      : key_(testing::test_signer()), certificate_(ca_.issue(ca_.end_entity("架空市", key_->public_key()))) {}
  SignatureFacts facts() { return {"架空市", "見本", "𠮷", testing::FakeClock{}.now()}; }
  Bytes signed_pdf() {
    auto pdf = sign(one_page(), facts(), certificate_, {}, *key_);
    EXPECT_TRUE(pdf) << to_string(pdf.error());
    return pdf.value_or(Bytes{});
  }

  testing::TestCa ca_{"Municipal CA"};
  std::unique_ptr<crypto::SoftwareSigner> key_;
  x509::Certificate certificate_;
};

Reason refusal(ByteView pdf) {
  const auto verified = verify(pdf);
  return verified ? Reason::GOOD : verified.error().reason;
}

TEST_F(PdfSignatureTest, IsOneUpdateBehindTheOldBytesAndVerifies) {
  const Bytes before = one_page(), pdf = signed_pdf();
  EXPECT_TRUE(equal(ByteView{pdf}.first(before.size()), before));
  const auto verified = verify(pdf);
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->signer, certificate_);
  EXPECT_FALSE(verified->signing_time) << "EN 319 142-1 6.3: the time stands in /M";
  EXPECT_NE(as_text(pdf).find("/M (D:20260601100000+09'00')"), std::string_view::npos);
  EXPECT_NE(as_text(pdf).find("/Location <feffd842dfb7>"), std::string_view::npos) << "a character beyond the first plane";
}

TEST_F(PdfSignatureTest, EveryChangedByteIsFound) {
  const Bytes pdf = signed_pdf();
  const size_t contents = as_text(pdf).rfind("/Contents <");
  for (size_t at = 0; at < pdf.size(); at += at < contents + 40 || at > contents + 2 * kReserved ? 1 : 43) {
    Bytes changed = pdf;
    changed[at] ^= 1;
    ASSERT_NE(refusal(changed), Reason::GOOD) << at;
  }
}

TEST_F(PdfSignatureTest, WhatIsAppendedIsNotCovered) {
  Bytes pdf = signed_pdf();
  append(pdf, as_bytes("% more\n"));
  EXPECT_EQ(refusal(pdf), Reason::MALFORMED);
  EXPECT_EQ(refusal(one_page()), Reason::MALFORMED) << "not signed";
}

TEST_F(PdfSignatureTest, ASignatureOfAnotherFileDoesNotFit) {
  auto one = prepare(one_page(), facts());
  const auto other = prepare(one_page("   /Rotate 90\n"), facts());
  ASSERT_TRUE(one && other);
  const Bytes cms = cms::sign({other->digest, &certificate_, std::nullopt}, certificate_, {}, *key_).value();
  EXPECT_EQ(refusal(*complete(std::move(one).value(), cms)), Reason::VALUE_DIGEST_MISMATCH);
}

TEST_F(PdfSignatureTest, ASignatureThatDoesNotNameItsSignerIsNoPades) {
  auto prepared = prepare(one_page(), facts());
  const Bytes cms = cms::sign({prepared->digest, nullptr, std::nullopt}, certificate_, {}, *key_).value();
  EXPECT_EQ(refusal(*complete(std::move(prepared).value(), cms)), Reason::MALFORMED);
}

TEST_F(PdfSignatureTest, FilesThatItCannotUpdateAreRefused) {
  const auto reason = [&](const Bytes& pdf) { return prepare(pdf, facts()).error().reason; };
  EXPECT_EQ(reason(signed_pdf()), Reason::MALFORMED) << "signed already";
  EXPECT_EQ(reason(one_page("   /Annots [ ]\n")), Reason::MALFORMED);
  EXPECT_EQ(reason(one_page("", "   /AcroForm << >>\n")), Reason::MALFORMED);
  EXPECT_EQ(reason(Bytes(kMaxPdf + 1)), Reason::LIMIT_EXCEEDED);
  const Bytes good = one_page();
  for (size_t size = 0; size + 1 < good.size(); ++size) {
    ASSERT_FALSE(prepare(ByteView{good}.first(size), facts())) << size;
  }
  EXPECT_EQ(complete(*prepare(good, facts()), Bytes(kReserved + 1)).error().reason, Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::pades
