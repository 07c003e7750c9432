// Bytes and views of bytes. Received bytes are kept as received; views say nothing
// about lifetime, so every function that returns one says whose bytes it looks at.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mitome {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

/// The bytes of a text, without a copy. The view dies with the text.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// The text over some bytes, without a copy and without any check of UTF-8.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

/// One allocation, the parts in order.
Bytes concat(std::initializer_list<ByteView> parts);

inline void append(Bytes& to, ByteView part) { to.insert(to.end(), part.begin(), part.end()); }

/// Equality of public bytes. Secrets are compared with crypto::equal_constant_time.
inline bool equal(ByteView a, ByteView b) { return as_text(a) == as_text(b); }

}  // namespace mitome
