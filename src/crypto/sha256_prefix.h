#pragma once

#include <memory>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace mitome::crypto {

/// SHA-256 over a long beginning that many messages share (a portrait in a batch of documents): hashed once, continued
/// for each. Immutable after construction, so several threads may finish at once.
class Sha256Prefix {
 public:
  explicit Sha256Prefix(ByteView prefix);
  /// SHA-256 of the prefix and `rest`, as if concatenated.
  Sha256Digest finish(ByteView rest) const;

  Sha256Prefix(Sha256Prefix&&) noexcept;
  Sha256Prefix& operator=(Sha256Prefix&&) noexcept;
  ~Sha256Prefix();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::crypto
