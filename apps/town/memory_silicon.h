#pragma once

#include <map>
#include <string>

#include "phone/silicon.h"

namespace mitome::town {

/// The inside of a phone's chips in memory; it outlives the phone that is switched off and on.
class MemorySilicon final : public phone::Silicon {
 public:
  Result<std::optional<Bytes>> load(std::string_view area) override;
  Result<void> store(std::string_view area, ByteView bytes) override;

 private:
  std::map<std::string, Bytes, std::less<>> areas_;
};

}  // namespace mitome::town
