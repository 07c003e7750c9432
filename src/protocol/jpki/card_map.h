// What is where in a card, with a name for a person: for whoever tells what a command was about, or looks at a card's
// structure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace mitome::jpki {

enum class FileUse : uint8_t {
  kData,     ///< READ BINARY
  kRecords,  ///< READ RECORD
  kPin,
  kKey,
  kUnknown,  ///< known to be there; what it holds was never published
};

struct FileEntry {
  uint16_t id;
  FileUse use;
  std::string_view en, ja;
  bool same_for_all = false;  ///< its content says nothing of the holder
};

struct ApplicationEntry {
  std::string_view name;  ///< "jpki", "text", "surface", "juki", "common": as `mitome card` spells it
  ByteView aid;
  std::string_view en, ja;
  std::span<const FileEntry> files;

  const FileEntry* find(uint16_t file) const;
};

/// The five of domain knowledge (identifiers.h), the JPKI application first.
std::span<const ApplicationEntry> card_map();
/// A file's number or a status word, as everybody writes it: "000A", "63C2".
std::string four_digits(uint16_t number);
/// nullptr for another.
const ApplicationEntry* application_of(ByteView aid);

}  // namespace mitome::jpki
