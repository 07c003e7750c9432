// draft-ietf-oauth-status-list, "Test vectors": bit order and compression for 1, 2, 4 and 8 bits.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"
#include "credential/statuslist/status_list.h"
#include "testing/fakes.h"

namespace mitome::statuslist {
namespace {

StatusList read(ByteView encoded) {
  const auto document = cbor::Document::parse(encoded);
  CHECK(document.has_value());
  auto list = StatusList::read(document->root());
  CHECK(list.has_value());
  return std::move(list).value();
}

void expect_entries(const StatusList& list, const json::Value& vector) {
  ASSERT_EQ(list.bits(), vector.int_at("bits").value());
  ASSERT_EQ(list.size(), static_cast<size_t>(vector.int_at("size").value()));
  const auto* nonzero = vector.find("nonzero");
  ASSERT_NE(nonzero, nullptr);
  size_t count = 0;
  for (size_t i = 0; i < list.size(); ++i) count += list.get(i) != 0 ? 1 : 0;
  EXPECT_EQ(count, nonzero->members().size());
  for (const auto& [index, value] : nonzero->members()) {
    EXPECT_EQ(list.get(std::stoul(index)), value.as_int().value()) << index;
  }
}

TEST(StatusListVectors, OfTheDraft) {
  if (testing::vectors_folder().empty()) GTEST_SKIP() << "4 vectors of draft-ietf-oauth-status-list skipped: no folder";
  const std::string text = testing::read_vector("statuslist/test_vectors.json");
  const auto file = json::parse(text);
  ASSERT_TRUE(file.has_value());
  const auto* vectors = file->find("vectors");
  ASSERT_NE(vectors, nullptr);
  ASSERT_EQ(vectors->items().size(), 4u);
  for (const auto& vector : vectors->items()) {
    const Bytes cbor = from_hex(vector.string_at("cbor_hex").value()).value();
    const StatusList list = read(cbor);
    expect_entries(list, vector);

    if (vector.find("json_lst_base64url") != nullptr) {  // the draft gives both forms for 1 and 2 bits only
      const Bytes compressed = vector.base64url_at("json_lst_base64url").value();
      cbor::Writer same;
      same.map(2).text("bits").uint(list.bits()).text("lst").bytes(compressed);
      EXPECT_EQ(read(same.view()).bytes(), list.bytes());
    }

    StatusList written{list.bits(), list.size()};
    for (const auto& [index, value] : vector.find("nonzero")->members()) {
      written.set(std::stoul(index), static_cast<uint8_t>(value.as_int().value()));
    }
    EXPECT_EQ(written.bytes(), list.bytes());
    EXPECT_EQ(to_hex(written.encode(9)), to_hex(cbor)) << "zlib at the draft's level gives the draft's bytes";
  }
}

}  // namespace
}  // namespace mitome::statuslist
