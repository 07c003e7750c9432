#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "apps/town/folder_storage.h"
#include "apps/town/identity.h"

namespace mitome::town {
namespace {

namespace fs = std::filesystem;

class FolderStorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("mitome-storage-" + std::to_string(getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::unique_ptr<FolderStorage> open() { return FolderStorage::open(folder_.string(), random_).value(); }
  std::string file(const std::string& name) {
    std::ifstream in{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  fs::path folder_;
  crypto::SystemRandom random_;
};

TEST_F(FolderStorageTest, RemembersAndKeepsKeysSealed) {
  ASSERT_TRUE(open()->save("keys/a", as_bytes("the secret of a")).has_value());
  ASSERT_TRUE(open()->save("chips/b", as_bytes("silicon")).has_value());
  EXPECT_EQ(file("keys/a").find("secret"), std::string::npos);
  EXPECT_EQ(file("chips/b"), "silicon");
  const auto storage = open();
  EXPECT_EQ(as_text((*storage->load("keys/a"))->reveal()), "the secret of a");
  EXPECT_EQ(as_text((*storage->load("chips/b"))->reveal()), "silicon");
  EXPECT_FALSE(storage->load("keys/never")->has_value());
}

TEST_F(FolderStorageTest, IsForItsOwnerAlone) {
  ASSERT_TRUE(open()->save("keys/a", as_bytes("x")).has_value());
  for (const char* name : {"", "keys"}) EXPECT_EQ(fs::status(folder_ / name).permissions(), fs::perms::owner_all) << name;
  for (const char* name : {"keys/a", "keys/kek"})
    EXPECT_EQ(fs::status(folder_ / name).permissions(), fs::perms::owner_read | fs::perms::owner_write) << name;
}

TEST_F(FolderStorageTest, RefusesAKeyThatWasChangedOrMoved) {
  ASSERT_TRUE(open()->save("keys/a", as_bytes("x")).has_value());
  fs::copy_file(folder_ / "keys/a", folder_ / "keys/b");
  EXPECT_EQ(open()->load("keys/b").error().reason, Reason::CRYPTO_FAILED);
  std::string sealed = file("keys/a");
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  std::ofstream{folder_ / "keys/a", std::ios::binary} << sealed;
  EXPECT_EQ(open()->load("keys/a").error().reason, Reason::CRYPTO_FAILED);
  std::ofstream{folder_ / "keys/a", std::ios::binary} << "short";
  EXPECT_EQ(open()->load("keys/a").error().reason, Reason::CRYPTO_FAILED);
}

TEST_F(FolderStorageTest, ServesOneProcessAtATime) {
  const auto storage = open();
  EXPECT_EQ(FolderStorage::open(folder_.string(), random_).error().reason, Reason::UNREACHABLE);
}

TEST_F(FolderStorageTest, RefusesAnotherFoldersMasterKeySize) {
  open();
  std::ofstream{folder_ / "keys/kek", std::ios::binary} << "too short";
  EXPECT_EQ(FolderStorage::open(folder_.string(), random_).error().reason, Reason::STORAGE_FAILED);
}

TEST_F(FolderStorageTest, GivesTheSameIdentityAgain) {
  crypto::SystemKeySource keys;
  const Instant now = instant_from_unix(1'780'000'000);
  const auto keep = [&](const Identity* issuer) {
    return kept_identity(*open(), issuer == nullptr ? "keys/root" : "keys/leaf", {.common_name = "Test", .ca = issuer == nullptr}, issuer,
                         random_, keys, now)
        .value();
  };
  const Identity root = keep(nullptr);
  const Identity again = keep(nullptr);
  EXPECT_TRUE(root.certificate == again.certificate);
  EXPECT_TRUE(root.signer->public_key() == again.signer->public_key());
  EXPECT_TRUE(x509::verify_issued_by(keep(&again).certificate, root.certificate).has_value());
}

TEST(KeptSecret, IsTheSameAtEveryStart) {
  MemoryStorage storage;
  crypto::SystemRandom random;
  const auto first = kept_secret(storage, "keys/s", 32, random).value();
  EXPECT_EQ(to_bytes(kept_secret(storage, "keys/s", 32, random)->reveal()), to_bytes(first.reveal()));
  EXPECT_EQ(kept_secret(storage, "keys/s", 16, random).error().reason, Reason::STORAGE_FAILED);
}

}  // namespace
}  // namespace mitome::town
