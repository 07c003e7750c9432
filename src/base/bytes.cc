#include "base/bytes.h"

namespace mitome {

Bytes concat(std::initializer_list<ByteView> parts) {
  size_t size = 0;
  for (ByteView part : parts) size += part.size();
  Bytes out;
  out.reserve(size);
  for (ByteView part : parts) append(out, part);
  return out;
}

}  // namespace mitome
