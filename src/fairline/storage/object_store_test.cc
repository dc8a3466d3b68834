// The promises of ObjectStore, on a folder and on a real S3 server (FAIRLINE_TEST_S3 with a bucket
// "fairline-test" that keeps versions).
#include "fairline/storage/object_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "fairline/core/file.h"
#include "fairline/core/hash.h"
#include "fairline/core/random.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kMegabyte = size_t{1} << 20;

std::string Noise(size_t count) {
  std::string bytes(count, '\0');
  Random random(count);
  for (size_t i = 0; i + 8 <= count; i += 8) {
    const uint64_t word = random.NextUint64();
    bytes.replace(i, 8, reinterpret_cast<const char*>(&word), 8);
  }
  return bytes;
}

class ObjectStoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string url = (folder_.path() / "objects").string();
    if (GetParam() == std::string("s3")) {
      const char* const endpoint = std::getenv("FAIRLINE_TEST_S3");
      if (endpoint == nullptr) GTEST_SKIP() << "FAIRLINE_TEST_S3 is not set: no S3 server runs";
      url = fmt::format("s3://fairline-test/{}?endpoint={}", folder_.path().filename().string(),
                        endpoint);
    }
    auto store = OpenObjectStore(url);
    ASSERT_TRUE(store) << store.error().message;
    store_ = *std::move(store);
  }

  std::filesystem::path WriteFile(std::string_view bytes) {
    const auto path = folder_.path() / "file";
    EXPECT_TRUE(WriteFileAtomically(path, bytes));
    return path;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, ObjectStoreTest, ::testing::Values("disk", "s3"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(ObjectStoreTest, GivesBackWhatWasPut) {
  const std::string bytes("\0\xff\n", 3);
  ASSERT_TRUE(store_->Put("bundles/ab12/model.txt", bytes));
  ASSERT_TRUE(store_->Put("bundles/ab12/empty", ""));
  EXPECT_EQ(*store_->Get("bundles/ab12/model.txt"), bytes);
  EXPECT_EQ(*store_->Get("bundles/ab12/empty"), "");
  const std::string large = Noise(20 * kMegabyte + 3);
  ASSERT_TRUE(store_->Put("large", large));
  EXPECT_EQ(*store_->Get("large"), large);
}

TEST_P(ObjectStoreTest, FilesOfAnySize) {
  const auto back = folder_.path() / "made" / "here" / "back";
  for (const size_t size : {size_t{0}, size_t{1}, 16 * kMegabyte, 70 * kMegabyte + 1}) {
    const std::string bytes = Noise(size);
    ASSERT_TRUE(store_->PutFile("file", WriteFile(bytes))) << size;
    const Status got = store_->GetFile("file", back);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(*ReadFile(back, 2 * size + 1) == bytes) << size;
  }
  EXPECT_THAT(*store_->List(""), ElementsAre("file"));
}

TEST_P(ObjectStoreTest, WhatIsNotThereIsNotFound) {
  const auto path = folder_.path() / "back";
  ASSERT_TRUE(store_->Put("a/b", "x"));
  for (const char* key : {"nothing", "a/c", "a", "a/b/c"}) {
    EXPECT_EQ(store_->Get(key).error().code, ErrorCode::kNotFound) << key;
    EXPECT_EQ(store_->Get(key).error().message,
              fmt::format("there is no stored object \"{}\"", key));
    EXPECT_EQ(store_->GetFile(key, path).error().code, ErrorCode::kNotFound) << key;
  }
  EXPECT_TRUE(store_->Delete("nothing"));
  EXPECT_TRUE(store_->Delete("a/c"));
  EXPECT_EQ(*store_->Get("a/b"), "x");
  EXPECT_EQ(store_->PutFile("key", folder_.path() / "absent").error().code, ErrorCode::kNotFound);
  // Nothing half written stays behind.
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(entry.path().filename(), "objects");
  }
}

TEST_P(ObjectStoreTest, TheLastOneCounts) {
  ASSERT_TRUE(store_->Put("key", "a longer one"));
  ASSERT_TRUE(store_->Put("key", "short"));
  EXPECT_EQ(*store_->Get("key"), "short");
  ASSERT_TRUE(store_->Delete("key"));
  EXPECT_EQ(store_->Get("key").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(*store_->List(""), IsEmpty());
  ASSERT_TRUE(store_->Delete("key"));
  ASSERT_TRUE(store_->Put("key", "back"));
  EXPECT_EQ(*store_->Get("key"), "back");
}

TEST_P(ObjectStoreTest, ListsByPrefixInOrder) {
  EXPECT_THAT(*store_->List("bundles/"), IsEmpty());
  for (const char* key : {"bundles/b/x", "bundles/a/sub/y", "bundles/a/z", "other"}) {
    ASSERT_TRUE(store_->Put(key, "1"));
  }
  EXPECT_THAT(*store_->List("bundles/"),
              ElementsAre("bundles/a/sub/y", "bundles/a/z", "bundles/b/x"));
  EXPECT_THAT(*store_->List("bundles/a/"), ElementsAre("bundles/a/sub/y", "bundles/a/z"));
  EXPECT_THAT(*store_->List("bun"), ElementsAre("bundles/a/sub/y", "bundles/a/z", "bundles/b/x"));
  EXPECT_THAT(*store_->List("nowhere/"), IsEmpty());
  EXPECT_EQ(store_->List("")->size(), 4);
}

TEST_P(ObjectStoreTest, ListsMoreThanAPage) {
  std::vector<std::string> keys;
  for (int i = 0; i < 1100; ++i) keys.push_back(fmt::format("many/{:05}", i));
  std::atomic<size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (size_t k = next++; k < keys.size(); k = next++) EXPECT_TRUE(store_->Put(keys[k], ""));
      });
    }
  }
  EXPECT_EQ(*store_->List("many/"), keys);
  EXPECT_EQ(store_->List("many/01")->size(), 100);
}

TEST_P(ObjectStoreTest, EveryCharacterOfAKey) {
  const std::string key =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ/abcdefghijklmnopqrstuvwxyz/0123456789/a.b_c-d/-_./x";
  ASSERT_TRUE(store_->Put(key, "value"));
  EXPECT_EQ(*store_->Get(key), "value");
  EXPECT_THAT(*store_->List("ABC"), ElementsAre(key));
}

TEST_P(ObjectStoreTest, KeysCannotLeaveTheirPlace) {
  const auto path = WriteFile("x");
  for (const std::string& key :
       {std::string(), std::string("/etc/passwd"), std::string("../x"), std::string("a/../../x"),
        std::string("a/./b"), std::string("a//b"), std::string("a/"), std::string(".hidden"),
        std::string("a b"), std::string("a\\b"), std::string("a\nb"), std::string(2000, 'k')}) {
    EXPECT_EQ(store_->Put(key, "x").error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->Get(key).error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->PutFile(key, path).error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->GetFile(key, path).error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->Delete(key).error().code, ErrorCode::kInvalidArgument) << key;
  }
  EXPECT_EQ(store_->List("../").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(store_->List("//").error().code, ErrorCode::kInvalidArgument);
}

TEST(DiskStoreTest, HalfWrittenFilesAreNoObjects) {
  const TemporaryFolder folder;
  const auto store = OpenDiskStore(folder.path());
  ASSERT_TRUE(store->Put("a/b", "x"));
  std::ofstream(folder.path() / "a" / ".half-written") << "x";
  EXPECT_THAT(*store->List(""), ElementsAre("a/b"));
  EXPECT_THAT(*store->List("a/"), ElementsAre("a/b"));
}

TEST(DiskStoreTest, AFailedReadLeavesTheFileAsItWas) {
  const TemporaryFolder folder;
  const auto store = OpenDiskStore(folder.path() / "objects");
  const auto path = folder.path() / "file";
  ASSERT_TRUE(WriteFileAtomically(path, "old"));
  EXPECT_FALSE(store->GetFile("nothing", path));
  EXPECT_EQ(*ReadFile(path, 100), "old");
  ASSERT_TRUE(store->Put("key", "new"));
  ASSERT_TRUE(store->GetFile("key", path));
  EXPECT_EQ(*ReadFile(path, 100), "new");
}

TEST(OpenObjectStoreTest, FoldersAndTheirUrls) {
  const TemporaryFolder folder;
  ASSERT_TRUE((*OpenObjectStore(folder.path().string()))->Put("key", "value"));
  EXPECT_EQ(*(*OpenObjectStore("file://" + folder.path().string()))->Get("key"), "value");
  for (const char* url : {"", "ftp://host/x", "file://host/x", "S3://bucket"}) {
    EXPECT_EQ(OpenObjectStore(url).error().code, ErrorCode::kInvalidArgument) << url;
  }
}

}  // namespace
}  // namespace fairline
