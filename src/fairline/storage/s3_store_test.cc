// A real S3 server that refuses, goes away, comes back, and whose bytes are damaged on their way.
#include "fairline/storage/s3_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/storage/s3_client.h"
#include "fairline/storage/temporary_folder.h"
#include "fairline/storage/test_proxy.h"
#include "fairline/storage/url.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kMegabyte = size_t{1} << 20;

/// A variable of the environment for the time of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* const old = std::getenv(name)) old_ = old;
    setenv(name, value, 1);
  }
  ~Variable() { setenv(name_, old_.c_str(), 1); }

 private:
  const char* const name_;
  std::string old_;
};

class S3StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const endpoint = std::getenv("FAIRLINE_TEST_S3");
    if (endpoint == nullptr) GTEST_SKIP() << "FAIRLINE_TEST_S3 is not set: no S3 server runs";
    port_ = ParseUrl(endpoint)->port.value();
    proxy_ = std::make_unique<TestProxy>(port_);
    direct_ = Open(port_);
    store_ = Open(proxy_->port());
  }

  std::unique_ptr<ObjectStore> Open(uint16_t port, std::string_view bucket = "fairline-test") {
    return *OpenS3Store(fmt::format("s3://{}/{}?endpoint=http://127.0.0.1:{}", bucket,
                                    folder_.path().filename().string(), port));
  }

  /// Breaks the connection that carries the byte at `offset` of all that goes to the server, and
  /// every later one.
  void BreakAfter(size_t offset) {
    auto sent = std::make_shared<std::atomic<size_t>>(0);
    proxy_->SpoilToServer([=](std::string& block) { return (*sent += block.size()) <= offset; });
  }

  void ExpectNothingOf(const char* key) {
    EXPECT_EQ(direct_->Get(key).error().code, ErrorCode::kNotFound);
    EXPECT_THAT(*direct_->List(""), IsEmpty());
  }

  /// As the server lists them.
  std::string OpenUploads() const {
    S3Client client(
        *ParseS3Url(fmt::format("s3://fairline-test?endpoint=http://127.0.0.1:{}", port_),
                    "us-east-1"),
        {.access_key_id = std::getenv("AWS_ACCESS_KEY_ID"),
         .secret_access_key = std::getenv("AWS_SECRET_ACCESS_KEY"),
         .session_token = ""},
        SystemClock());
    return client.Send({.method = "GET", .query = {{"uploads", ""}}})->body;
  }

  uint16_t port_ = 0;
  TemporaryFolder folder_;
  std::unique_ptr<TestProxy> proxy_;
  std::unique_ptr<ObjectStore> direct_;  // not by the proxy
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(S3StoreTest, WrongKeysAreSaidToBeWrong) {
  {
    const Variable wrong("AWS_SECRET_ACCESS_KEY", "wrong-secret");
    const Status put = Open(port_)->Put("key", "value");
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(put.error().message, HasSubstr("AWS_SECRET_ACCESS_KEY does not belong"));
    EXPECT_FALSE((put.error().message + put.error().detail).contains("wrong-secret"));
  }
  {
    const Variable unknown("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN");
    const auto got = Open(port_)->Get("key");
    EXPECT_EQ(got.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(got.error().message, HasSubstr("does not know the AWS_ACCESS_KEY_ID"));
  }
  const Variable none("AWS_ACCESS_KEY_ID", "");
  EXPECT_THAT(OpenS3Store("s3://fairline-test").error().message,
              HasSubstr("set AWS_ACCESS_KEY_ID"));
}

TEST_F(S3StoreTest, ABucketThatIsNotThereIsNoMissingObject) {
  const auto store = Open(port_, "fairline-absent");
  EXPECT_EQ(store->Get("key").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(store->Put("key", "value").error().message,
              HasSubstr("no bucket \"fairline-absent\""));
  EXPECT_EQ(store->List("").error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(S3StoreTest, AnotherRegionIsNoOtherFailure) {
  const auto store = *OpenS3Store(
      fmt::format("s3://fairline-test?endpoint=http://127.0.0.1:{}&region=eu-west-1", port_));
  const auto got = store->Get("key");
  EXPECT_EQ(got.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(got.error().message, HasSubstr("region"));
}

TEST_F(S3StoreTest, GoneAndBack) {
  ASSERT_TRUE(store_->Put("key", "value"));
  proxy_->Stop();
  for (const Status& status : {store_->Put("key", "new"), store_->Delete("key"),
                               store_->GetFile("key", folder_.path() / "back")}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(status.error().message, HasSubstr("cannot be reached"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "back"));
  proxy_->Start();
  EXPECT_EQ(*store_->Get("key"), "value");
}

TEST_F(S3StoreTest, AFailureThatPassesIsNotSeen) {
  auto left = std::make_shared<std::atomic<int>>(2);
  proxy_->SpoilToServer([=](std::string&) { return (*left)-- <= 0; });
  ASSERT_TRUE(store_->Put("other", "value"));
  EXPECT_LT(*left, 0);
}

TEST_F(S3StoreTest, AnAnswerThatBreaksInItsMiddleIsReadAnew) {
  const std::string bytes(kMegabyte, 'a');
  ASSERT_TRUE(direct_->Put("key", bytes));
  auto left = std::make_shared<std::atomic<int>>(0);
  proxy_->SpoilToClient([=](std::string& block) {
    if ((*left)-- != 1) return true;
    block.resize(block.size() / 2);
    return false;
  });
  *left = 3;
  EXPECT_EQ(*store_->Get("key"), bytes);
  *left = 3;
  const auto back = folder_.path() / "back";
  ASSERT_TRUE(store_->GetFile("key", back));
  EXPECT_EQ(*ReadFile(back, 2 * bytes.size()), bytes);
  EXPECT_GE(proxy_->connections(), 3);
}

TEST_F(S3StoreTest, CutOffInTheMiddleOfAnUploadNothingIsThere) {
  const std::string bytes(10 * kMegabyte, 'x');
  BreakAfter(5 * kMegabyte);
  EXPECT_EQ(store_->Put("key", bytes).error().code, ErrorCode::kUnavailable);
  ExpectNothingOf("key");
  proxy_->SpoilToServer({});
  ASSERT_TRUE(store_->Put("key", bytes));
  EXPECT_EQ(*direct_->Get("key"), bytes);
}

TEST_F(S3StoreTest, CutOffBetweenThePartsOfAnUploadNothingIsThere) {
  const auto path = folder_.path() / "file";
  ASSERT_TRUE(WriteFileAtomically(path, std::string(40 * kMegabyte, 'x')));
  BreakAfter(35 * kMegabyte);
  EXPECT_EQ(store_->PutFile("key", path).error().code, ErrorCode::kUnavailable);
  ExpectNothingOf("key");
  proxy_->SpoilToServer({});
  ASSERT_TRUE(store_->PutFile("key", path));
  EXPECT_THAT(*direct_->List(""), ElementsAre("key"));
}

TEST_F(S3StoreTest, PartsOfAFailedUploadAreTakenBack) {
  const auto path = folder_.path() / "file";
  ASSERT_TRUE(WriteFileAtomically(path, std::string(16 * kMegabyte, 'a') + std::string(8, 'b')));
  proxy_->SpoilToServer([](std::string& block) {
    if (block.ends_with("bbbb")) block.back() = 'c';
    return true;
  });
  EXPECT_FALSE(store_->PutFile("key", path));
  ExpectNothingOf("key");
  const std::string prefix = folder_.path().filename().string();
  EXPECT_FALSE(OpenUploads().contains(prefix));
}

// Some servers forget an upload when it ends: the second try is told that there is none.
TEST_F(S3StoreTest, AnUploadWhoseLastAnswerIsLostIsThere) {
  const auto path = folder_.path() / "file";
  ASSERT_TRUE(WriteFileAtomically(path, std::string(40 * kMegabyte, 'x')));
  auto ending = std::make_shared<std::atomic<bool>>(false);
  auto answers = std::make_shared<std::atomic<int>>(0);
  proxy_->SpoilToServer([=](std::string& block) {
    if (block.contains("<CompleteMultipartUpload>")) *ending = true;
    return true;
  });
  proxy_->SpoilToClient([=](std::string& block) {
    if (!*ending) return true;
    const std::string unknown = "<Error><Code>NoSuchUpload</Code></Error>";
    const int answer = (*answers)++;
    if (answer == 1) {
      block = fmt::format("HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{}", unknown.size(),
                          unknown);
    }
    return answer != 0;
  });
  const Status put = store_->PutFile("key", path);
  EXPECT_TRUE(put) << put.error().message << put.error().detail;
  EXPECT_GT(*answers, 1);
  EXPECT_EQ(direct_->Get("key")->size(), 40 * kMegabyte);
}

TEST_F(S3StoreTest, DamagedOnTheWayThereIsRefused) {
  const std::string bytes(kMegabyte, 'a');
  auto damage = std::make_shared<std::atomic<bool>>(true);
  proxy_->SpoilToServer([=](std::string& block) {
    if (block.ends_with("aaaa") && damage->exchange(false)) block.back() = 'b';
    return true;
  });
  ASSERT_TRUE(store_->Put("key", bytes));  // by its second try
  EXPECT_FALSE(*damage);
  EXPECT_EQ(*direct_->Get("key"), bytes);
}

TEST_F(S3StoreTest, DamagedOnTheWayBackIsDataLoss) {
  ASSERT_TRUE(direct_->Put("key", std::string(1000, 'a')));
  proxy_->SpoilToClient([](std::string& block) {
    if (block.ends_with("aaaa")) block.back() = 'b';
    return true;
  });
  EXPECT_EQ(store_->Get("key").error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(store_->GetFile("key", folder_.path() / "back").error().code, ErrorCode::kDataLoss);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "back"));
}

TEST_F(S3StoreTest, ManyThreads) {
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 20; ++k) {
          const std::string key = fmt::format("{}/{}", i, k);
          if (!store_->Put(key, key) || store_->Get(key) != key) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(direct_->List("")->size(), 160);
}

}  // namespace
}  // namespace fairline
