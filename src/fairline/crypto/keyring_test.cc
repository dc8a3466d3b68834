// Master keys come from a private file that is made once, survive rotation, and never show in a
// message.
#include "fairline/crypto/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <latch>
#include <set>
#include <thread>

#include "fairline/core/encoding.h"
#include "fairline/core/file.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class KeyringTest : public ::testing::Test {
 protected:
  KeyringTest() {
    uint32_t random;
    FillWithEntropy(&random, sizeof random);
    folder_ = fs::temp_directory_path() / ("fairline-keyring-" + std::to_string(random));
    file_ = folder_ / "master.key";
  }
  ~KeyringTest() override { fs::remove_all(folder_); }

  void WriteKeyFile(std::string_view text, fs::perms permissions = fs::perms::owner_read) {
    fs::create_directories(folder_);
    std::ofstream(file_) << text;
    fs::permissions(file_, permissions);
  }

  static std::string Base64Key(char fill) { return ToBase64(std::string(32, fill)); }

  fs::path folder_, file_;
};

TEST_F(KeyringTest, MakesAPrivateFileOnceAndOnlyWhenAsked) {
  EXPECT_EQ(Keyring::FromFile(file_, false).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(file_));
  const auto made = Keyring::FromFile(file_, true);
  ASSERT_TRUE(made) << made.error().message;
  struct stat facts;
  ASSERT_EQ(stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing else is left";
  EXPECT_EQ(Keyring::FromFile(file_, true)->ids(), made->ids());
}

TEST_F(KeyringTest, ManyThatMakeItAtOnceEndWithOneKey) {
  for (int round = 0; round < 20; ++round) {
    fs::remove(file_);
    constexpr int kThreads = 4;
    std::latch start(kThreads);
    std::vector<std::string> ids(kThreads);
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const auto keyring = Keyring::FromFile(file_, true);
        ids[i] = keyring ? keyring->ids()[0] : keyring.error().message;
      });
    }
    threads.clear();
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 1u) << ids[0] << " " << ids[1];
  }
}

TEST_F(KeyringTest, RefusesAFileOthersMayOpen) {
  for (const auto more : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    fs::remove(file_);
    WriteKeyFile("a " + Base64Key('k') + "\n", fs::perms::owner_read | more);
    const auto keyring = Keyring::FromFile(file_, true);
    ASSERT_FALSE(keyring);
    EXPECT_EQ(keyring.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(keyring.error().message, HasSubstr("chmod 600"));
  }
}

TEST_F(KeyringTest, NamesTheBadLineAndShowsNoKey) {
  const std::string good = Base64Key('g'), secret = "c2VjcmV0", hexadecimal(64, 'b');
  const struct {
    std::string text, message;
  } cases[] = {
      {"a " + good + "\nb\n", "keys:2: a line reads ID KEY"},
      {"a " + good + "\n\nb " + secret + "\n", "keys:3: behind the name there are not 32 bytes"},
      {"a " + good + "x\n", "keys:1: behind the name there are not 32 bytes"},
      {secret + "/ " + good, "keys:1: a line reads ID KEY"},
      {"a " + good + ",a " + good, "keys:2: the key a stands there twice"},
      {"", "there is no master key"},
      {"# nothing\n", "there is no master key"},
      {good, "keys:1: a line reads ID KEY"},
      {hexadecimal + " a", "keys:1: behind the name there are not 32 bytes"},
  };
  for (const auto& [text, message] : cases) {
    const auto keyring = Keyring::FromText(text, "keys");
    ASSERT_FALSE(keyring) << text;
    EXPECT_EQ(keyring.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(keyring.error().message, HasSubstr(message));
    EXPECT_THAT(keyring.error().message + keyring.error().detail, Not(HasSubstr(good)));
    EXPECT_THAT(keyring.error().message + keyring.error().detail, Not(HasSubstr(secret)));
    EXPECT_THAT(keyring.error().message + keyring.error().detail, Not(HasSubstr(hexadecimal)));
  }
}

TEST_F(KeyringTest, WrapsUnderTheFirstKeyAndOpensUnderAny) {
  const std::string a = "a " + Base64Key('a'), b = "b " + Base64Key('b');
  auto old = Keyring::FromText(a, "old");
  auto both = Keyring::FromText(" " + b + " , " + a, "FAIRLINE_ENCRYPTION_MASTER_KEY");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->ids(), (std::vector<std::string>{"b", "a"}));
  const SecretKey key = SecretKey::Generate();
  const std::string wrapped = old->Wrap(key, "subject-index");
  EXPECT_TRUE(wrapped.starts_with("a\n"));
  EXPECT_EQ(both->Unwrap(wrapped, "subject-index")->bytes(), key.bytes());
  EXPECT_TRUE(both->NeedsRewrap(wrapped));
  EXPECT_FALSE(old->NeedsRewrap(wrapped));
  const std::string rewrapped = both->Wrap(key, "subject-index");
  EXPECT_FALSE(both->NeedsRewrap(rewrapped));
  EXPECT_EQ(both->Unwrap(wrapped, "ledger-signing").error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(both->Unwrap("no id", "subject-index").error().code, ErrorCode::kDataLoss);
  const auto unknown = old->Unwrap(rewrapped, "subject-index");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(unknown.error().message, HasSubstr("master key b"));
  EXPECT_EQ(both->Rotate().error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(KeyringTest, RotationNeedsNoRestart) {
  auto server = Keyring::FromFile(file_, true), operator_s = Keyring::FromFile(file_, false);
  const SecretKey key = SecretKey::Generate();
  const std::string before = server->Wrap(key, "x");
  ASSERT_TRUE(operator_s->Rotate());
  ASSERT_EQ(operator_s->ids().size(), 2u);
  EXPECT_EQ(operator_s->ids()[1], server->ids()[0]);
  const std::string after = operator_s->Wrap(key, "x");
  EXPECT_TRUE(operator_s->NeedsRewrap(before));
  EXPECT_EQ(server->Unwrap(after, "x")->bytes(), key.bytes()) << "it reads the file again";
  EXPECT_EQ(server->ids(), operator_s->ids());
  EXPECT_EQ(server->Unwrap(before, "x")->bytes(), key.bytes());

  ASSERT_TRUE(operator_s->Retire());
  EXPECT_EQ(operator_s->ids().size(), 1u);
  EXPECT_EQ(operator_s->Unwrap(before, "x").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(operator_s->Unwrap(after, "x")->bytes(), key.bytes());
  EXPECT_TRUE(Keyring::FromFile(file_, false)) << "the file is still private and whole";
}

TEST_F(KeyringTest, RotationsOfTwoProcessesLoseNoKey) {
  auto one = Keyring::FromFile(file_, true), other = Keyring::FromFile(file_, false);
  const std::string wrapped = one->Wrap(SecretKey::Generate(), "x");
  {
    const std::jthread a([&] { ASSERT_TRUE(one->Rotate()); });
    const std::jthread b([&] { ASSERT_TRUE(other->Rotate()); });
  }
  EXPECT_EQ(Keyring::FromFile(file_, false)->ids().size(), 3u);
  ASSERT_TRUE(one->Rotate());
  EXPECT_EQ(other->Retire().error().code, ErrorCode::kConflict) << "it has not seen the last one";
  EXPECT_TRUE(Keyring::FromFile(file_, false)->Unwrap(wrapped, "x"));
}

}  // namespace
}  // namespace fairline
