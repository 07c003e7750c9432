#include "apps/card/card_file.h"

#include <unistd.h>

namespace mitome::apps {

Result<void> create_card_file(const std::string& path, const card::Silicon& silicon) {
  const crypto::SecretBytes encoded = silicon.encode();
  return create_file(path, encoded.reveal());
}

Result<std::unique_ptr<CardFile>> CardFile::open(const std::string& path, crypto::Random& random, crypto::KeySource& keys) {
  if (access(path.c_str(), R_OK | W_OK) != 0) return Error{Reason::STORAGE_FAILED, "cannot open " + path};
  auto lock = FileLock::hold(path);
  if (!lock && lock.error().reason == Reason::UNREACHABLE) return Error{Reason::UNREACHABLE, path + " is in another reader"};
  TRY(lock);
  TRY_ASSIGN(const crypto::SecretBytes encoded, read_whole_file(path, card::Silicon::kMaxEncodedSize));
  TRY_ASSIGN(card::Silicon silicon, card::Silicon::parse(encoded.reveal()));
  std::unique_ptr<CardFile> file{new CardFile{std::move(*lock)}};
  file->platform_ = std::make_unique<card::SoftwarePlatform>(
      random, keys, std::move(silicon), [path](ByteView bytes) { return replace_file(path, bytes); });
  return file;
}

}  // namespace mitome::apps
