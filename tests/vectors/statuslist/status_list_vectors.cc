// draft-ietf-oauth-status-list, "Test vectors": bit order and compression for 1, 2, 4 and 8 bits.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"
#include "credential/statuslist/status_list.h"
#include "testing/fakes.h"
#include "tests/vectors/ledger.h"

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
  size_t set = 0, expected = 0;
  for (size_t i = 0; i < list.size(); ++i) set += list.get(i) != 0 ? 1 : 0;
  for (const auto& [index, value] : vector.find("nonzero")->members()) {
    EXPECT_EQ(list.get(std::stoul(index)), value.as_int().value()) << index;
    expected += value.as_int().value() != 0 ? 1 : 0;
  }
  EXPECT_EQ(set, expected);
}

StatusList written(const json::Value& vector) {
  StatusList list{static_cast<uint8_t>(vector.int_at("bits").value()),
                  static_cast<size_t>(vector.int_at("size").value())};
  for (const auto& [index, value] : vector.find("nonzero")->members()) {
    list.set(std::stoul(index), static_cast<uint8_t>(value.as_int().value()));
  }
  return list;
}

TEST(StatusListVectors, OfTheDraft) {
  REQUIRE_VECTORS("statuslist", 4U);
  const std::string text = testing::read_vector("statuslist/test_vectors.json");
  const auto file = json::parse(text);
  ASSERT_TRUE(file.has_value());
  const auto* vectors = file->find("vectors");
  ASSERT_NE(vectors, nullptr);
  ASSERT_EQ(vectors->items().size(), 4u);
  size_t with_bytes = 0;
  for (const auto& vector : vectors->items()) {
    const StatusList ours = written(vector);
    expect_entries(read(ours.encode()), vector);
    if (vector.find("cbor_hex") == nullptr) continue;  // for 4 and 8 bits the draft's file lists entries only
    ++with_bytes;
    const Bytes cbor = from_hex(vector.string_at("cbor_hex").value()).value();
    expect_entries(read(cbor), vector);
    EXPECT_EQ(to_hex(ours.encode(9)), to_hex(cbor)) << "zlib at the draft's level gives the draft's bytes";
    const Bytes compressed = vector.base64url_at("json_lst_base64url").value();
    cbor::Writer same;
    same.map(2).text("bits").uint(ours.bits()).text("lst").bytes(compressed);
    EXPECT_EQ(read(same.view()).bytes(), ours.bytes());
  }
  EXPECT_EQ(with_bytes, 2u);
}

}  // namespace
}  // namespace mitome::statuslist
