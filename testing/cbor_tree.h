// CBOR as a tree that a test can break in one place and write again. Not for src/: there, received bytes are kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"

namespace mitome::testing {

struct CborTree {
  cbor::Type type = cbor::Type::kNull;
  uint64_t number = 0;   ///< kUint, tag number, 0 or 1 of a bool
  int64_t negative = 0;  ///< kNegative
  Bytes bytes;           ///< kBytes, and the UTF-8 of kText
  std::vector<CborTree> children;  ///< of a map: key, value, key, value…

  /// CHECKs that it is well-formed.
  static CborTree parse(ByteView encoded);
  Bytes encode() const;

  static CborTree text(std::string_view value);
  static CborTree uint(uint64_t value);
  static CborTree bstr(ByteView value);
  static CborTree boolean(bool value);
  static CborTree null() { return {}; }

  /// A member of a map, an element of an array, the content of a tag; each CHECKs that it is there.
  CborTree& operator[](std::string_view key);
  CborTree& operator[](int key);
  CborTree& at(size_t index);
  CborTree& content() { return at(0); }
  /// Adds a member, or replaces it.
  CborTree& set(std::string_view key, CborTree value);
  CborTree& set(int key, CborTree value);
  CborTree& erase(std::string_view key);
  CborTree& erase(int key);

  /// #6.24(bstr): parses what is inside, lets it be changed, and puts it back.
  CborTree& inside(const std::function<void(CborTree&)>& change);
  /// The same for a plain bstr that holds CBOR (a protected header).
  CborTree& inside_bytes(const std::function<void(CborTree&)>& change);

 private:
  CborTree* find(const CborTree& key);
  CborTree& put(CborTree key, CborTree value);
  CborTree& remove(const CborTree& key);
  void write(cbor::Writer& out) const;
};

}  // namespace mitome::testing
