// A chip in a file: it stands for the silicon (decisions 8), so whoever can read it has the card.
#pragma once

#include <memory>
#include <string>

#include "apps/durable_file.h"
#include "card/runtime/software_platform.h"

namespace mitome::apps {

/// Writes a new chip, mode 0600. USAGE when the file is there already; STORAGE_FAILED.
Result<void> create_card_file(const std::string& path, const card::Silicon& silicon);

/// The chip of a file. Every change is written beside it, synced, and moved over it before it returns good. One process at a
/// time: two would count PIN tries apart.
class CardFile {
 public:
  /// UNREACHABLE while another process has it open; STORAGE_FAILED; MALFORMED.
  static Result<std::unique_ptr<CardFile>> open(const std::string& path, crypto::Random& random, crypto::KeySource& keys);

  card::Platform& platform() { return *platform_; }

 private:
  explicit CardFile(FileLock lock) : lock_(std::move(lock)) {}
  FileLock lock_;
  std::unique_ptr<card::SoftwarePlatform> platform_;
};

}  // namespace mitome::apps
