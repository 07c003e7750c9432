#include "codec/deflate/deflate.h"

#include <zlib.h>

#include <algorithm>

#include "base/check.h"

namespace mitome::deflate {
namespace {

constexpr size_t kFirstBuffer = 16 * 1024;

/// inflate's state, freed on every way out.
class Inflater {
 public:
  Inflater() { CHECK(inflateInit(&stream_) == Z_OK); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

Bytes compress(ByteView bytes, int level) {
  CHECK(level >= 1 && level <= 9);
  uLongf size = compressBound(bytes.size());
  Bytes out(size);
  CHECK(compress2(out.data(), &size, bytes.data(), bytes.size(), level) == Z_OK);
  out.resize(size);
  return out;
}

Result<Bytes> decompress(ByteView bytes, size_t limit) {
  if (bytes.size() > UINT32_MAX) return Error{Reason::LIMIT_EXCEEDED, "zlib input of over 4 GiB"};
  Inflater inflater;
  z_stream& stream = inflater.stream();
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib's interface predates const; it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  // One byte over the limit tells "exactly the limit" from "more". The buffer grows with what really came out.
  const size_t most = limit + 1;
  Bytes out(std::min(most, kFirstBuffer));
  size_t filled = 0;
  for (;;) {
    const size_t room = std::min<size_t>(out.size() - filled, UINT32_MAX);
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    filled += room - stream.avail_out;
    if (filled > limit) return Error{Reason::LIMIT_EXCEEDED, "zlib output over " + std::to_string(limit) + " bytes"};
    if (status == Z_STREAM_END) break;
    if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
      return Error{Reason::MALFORMED, "not a complete zlib stream"};
    if (filled == out.size()) out.resize(std::min(most, out.size() * 2));
  }
  if (stream.avail_in != 0) return Error{Reason::MALFORMED, "bytes after the zlib stream"};
  out.resize(filled);
  return out;
}

}  // namespace mitome::deflate
