// Whole files: bytes in are bytes out, failures name the file, and nothing is left behind.
#include "fairline/core/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr size_t kPlenty = 1 << 20;

class FileTest : public testing::Test {
 protected:
  FileTest() : folder_(fs::temp_directory_path() / IdGenerator(SystemClock()).Next()) {
    fs::create_directories(folder_);
  }
  ~FileTest() override { fs::remove_all(folder_); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  const fs::path folder_;
};

TEST_F(FileTest, WritesAndReadsAnyBytes) {
  for (const std::string& bytes :
       {std::string(), std::string("a\0b\r\n\xff", 6), std::string(300'000, 'x')}) {
    ASSERT_TRUE(WriteFileAtomically(folder_ / "model.bin", bytes).has_value());
    EXPECT_EQ(ReadFile(folder_ / "model.bin", kPlenty), bytes);
  }
  EXPECT_EQ(Names(), std::vector<std::string>{"model.bin"});
}

TEST_F(FileTest, MakesParentFolders) {
  const fs::path path = folder_ / "a" / "b" / "c.txt";
  ASSERT_TRUE(WriteFileAtomically(path, "deep").has_value());
  EXPECT_EQ(ReadFile(path, kPlenty), "deep");
  EXPECT_TRUE(MakeFolders(folder_ / "a" / "b").has_value());
}

TEST_F(FileTest, ReadsUpToTheLimitAndNoFurther) {
  ASSERT_TRUE(WriteFileAtomically(folder_ / "ten", "0123456789").has_value());
  EXPECT_EQ(ReadFile(folder_ / "ten", 10), "0123456789");
  const auto result = ReadFile(folder_ / "ten", 9);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(result.error().message, "\"ten\" is larger than the 9 bytes allowed here");
}

TEST_F(FileTest, ReadsAPipeWhoseSizeIsUnknown) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string bytes(200'000, 'p');
  std::jthread writer([&] { std::ofstream(pipe) << bytes; });
  EXPECT_EQ(ReadFile(pipe, kPlenty), bytes);
}

TEST_F(FileTest, FailuresSayWhatAndWhy) {
  ASSERT_TRUE(WriteFileAtomically(folder_ / "file", "x").has_value());
  const auto absent = ReadFile(folder_ / "absent", kPlenty);
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(absent.error().message, "cannot read \"absent\": there is no such file");
  EXPECT_THAT(absent.error().detail, HasSubstr((folder_ / "absent").string()));

  const auto folder = ReadFile(folder_, kPlenty);
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(folder.error().message, HasSubstr("it is a folder"));

  const auto below_file = WriteFileAtomically(folder_ / "file" / "x", "y");
  ASSERT_FALSE(below_file.has_value());
  EXPECT_EQ(below_file.error().code, ErrorCode::kInvalidArgument);

  const auto long_name = WriteFileAtomically(folder_ / std::string(300, 'n'), "y");
  ASSERT_FALSE(long_name.has_value());
  EXPECT_THAT(long_name.error().message, HasSubstr("the name is too long"));
}

TEST_F(FileTest, AFailedWriteLeavesTheOldFileAndNothingElse) {
  fs::create_directories(folder_ / "taken" / "inside");
  const auto result = WriteFileAtomically(folder_ / "taken", "new");
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(fs::is_directory(folder_ / "taken" / "inside"));
  EXPECT_EQ(Names(), std::vector<std::string>{"taken"});
}

TEST_F(FileTest, AWriteThatStopsHalfwayIsUnavailableAndLeavesTheOldFile) {
  ASSERT_TRUE(WriteFileAtomically(folder_ / "kept", "old").has_value());
  // A limit on the size of files fails in the middle of a write as a full disk does.
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {50'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Status result = WriteFileAtomically(folder_ / "kept", std::string(100'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);

  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(result.error().message,
            "cannot write \"kept\": the file is larger than the system allows");
  EXPECT_EQ(ReadFile(folder_ / "kept", kPlenty), "old");
  EXPECT_EQ(Names(), std::vector<std::string>{"kept"});
}

TEST_F(FileTest, ReadersSeeTheOldOrTheNewFile) {
  const fs::path path = folder_ / "current";
  const std::string old_bytes(100'000, 'o');
  const std::string new_bytes(50'000, 'n');
  ASSERT_TRUE(WriteFileAtomically(path, old_bytes).has_value());
  std::jthread writer([&] {
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(WriteFileAtomically(path, i % 2 == 0 ? new_bytes : old_bytes).has_value());
    }
  });
  for (int i = 0; i < 200; ++i) {
    const auto bytes = ReadFile(path, kPlenty);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_TRUE(*bytes == old_bytes || *bytes == new_bytes) << bytes->size();
  }
}

}  // namespace
}  // namespace fairline
