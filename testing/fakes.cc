#include "testing/fakes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/check.h"
#include "crypto/hash.h"

namespace mitome::testing {
namespace {

namespace fs = std::filesystem;

/// The pool of RSA keys as PEM files below build/, made under a lock so that parallel tests make it once.
class RsaPool {
 public:
  static const std::vector<std::string>& pems() {
    static const RsaPool pool;
    return pool.pems_;
  }

 private:
  RsaPool() {
    const fs::path folder = fs::path{MITOME_SOURCE_DIR} / "build" / "rsa-pool";
    fs::create_directories(folder);
    const int lock = open((folder / "lock").c_str(), O_CREAT | O_RDWR, 0600);
    CHECK(lock >= 0 && flock(lock, LOCK_EX) == 0);
    for (size_t i = 0; i < PooledKeySource::kPoolSize; ++i) {
      const fs::path file = folder / (std::to_string(i) + ".pem");
      if (!fs::exists(file)) {
        const auto key = crypto::SystemKeySource{}.generate(crypto::KeyType::kRsa);
        const auto pem = key.pem();
        const fs::path fresh = file.string() + ".new";
        std::ofstream{fresh} << as_text(pem.reveal());
        fs::rename(fresh, file);
      }
      pems_.push_back(read_text_file(file));
    }
    close(lock);
  }
  std::vector<std::string> pems_;
};

}  // namespace

void SeededRandom::fill(std::span<uint8_t> out) {
  for (uint8_t& byte : out) {
    if (left_.empty()) {
      uint8_t block[16];
      for (size_t i = 0; i < 8; ++i) block[i] = static_cast<uint8_t>(seed_ >> (8 * i));
      for (size_t i = 0; i < 8; ++i) block[8 + i] = static_cast<uint8_t>(counter_ >> (8 * i));
      ++counter_;
      const auto digest = crypto::sha256(ByteView{block});
      left_.assign(digest.begin(), digest.end());
    }
    byte = left_.back();
    left_.pop_back();
  }
}

crypto::PrivateKey PooledKeySource::generate(crypto::KeyType type) {
  if (type != crypto::KeyType::kRsa) return crypto::SystemKeySource{}.generate(type);
  const auto& pems = RsaPool::pems();
  return crypto::PrivateKey::from_pem(pems[next_++ % pems.size()]).value();
}

std::string vectors_folder() {
  const char* named = std::getenv("MITOME_VECTORS");
  const std::string folder = named != nullptr ? named : std::string{MITOME_SOURCE_DIR} + "/../shared/vectors";
  return fs::exists(folder) ? folder : "";
}

std::string read_text_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  CHECK(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string read_vector(const std::string& path) { return read_text_file(vectors_folder() + "/" + path); }

}  // namespace mitome::testing
