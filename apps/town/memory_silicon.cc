#include "apps/town/memory_silicon.h"

namespace mitome::town {

Result<std::optional<Bytes>> MemorySilicon::load(std::string_view area) {
  const auto found = areas_.find(area);
  if (found == areas_.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{found->second};
}

Result<void> MemorySilicon::store(std::string_view area, ByteView bytes) {
  areas_.insert_or_assign(std::string{area}, to_bytes(bytes));
  return {};
}

}  // namespace mitome::town
