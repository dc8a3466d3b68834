// A checkpoint reads back only as it was signed, in the format other tools read.
#include "fairline/ledger/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/encoding.h"
#include "fairline/crypto/signature.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

const SecretKey kKey(*FromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
const CheckpointVerifier kVerifier{"bank.example/ledger", SigningPublicKey(kKey)};

Checkpoint Example() {
  return {"bank.example/ledger", 20852163, std::string(32, 'r'), 1'795'257'660'123'456, 20842163};
}

// Spelled out, because other programs read it: tests/verifier checks the same note.
TEST(CheckpointTest, ReadsAsDocumented) {
  EXPECT_EQ(SignCheckpoint(Example(), kKey).substr(0, 143),
            "bank.example/ledger\n20852163\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n"
            "time 2026-11-21T10:41:00.123456Z\nprevious 20842163\n\n\xe2\x80\x94 bank.example/");
  EXPECT_EQ(kVerifier.Text().substr(0, 20), "bank.example/ledger+");
}

TEST(CheckpointTest, ComesBack) {
  const auto opened = OpenCheckpoint(SignCheckpoint(Example(), kKey), kVerifier);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->origin, Example().origin);
  EXPECT_EQ(opened->tree_size, Example().tree_size);
  EXPECT_EQ(opened->root, Example().root);
  EXPECT_EQ(opened->signed_micros, Example().signed_micros);
  EXPECT_EQ(opened->previous_size, Example().previous_size);
}

TEST(CheckpointTest, NoChangedByteIsAccepted) {
  const std::string note = SignCheckpoint(Example(), kKey);
  for (size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      EXPECT_FALSE(OpenCheckpoint(changed, kVerifier)) << i << " " << changed;
    }
    EXPECT_FALSE(OpenCheckpoint(note.substr(0, i), kVerifier)) << i;
  }
}

TEST(CheckpointTest, AnotherSignerDoesNotCount) {
  const std::string note = SignCheckpoint(Example(), SecretKey::Generate());
  EXPECT_EQ(OpenCheckpoint(note, kVerifier).error().code, ErrorCode::kDataLoss);
  const std::string good = SignCheckpoint(Example(), kKey);
  const size_t line = good.find("\n\n") + 2;
  const std::string both =
      good.substr(0, line) + note.substr(note.find("\n\n") + 2) + good.substr(line);
  EXPECT_TRUE(OpenCheckpoint(both, kVerifier)) << "witnesses may add lines";
}

TEST(CheckpointTest, VerifierText) {
  const auto parsed = CheckpointVerifier::Parse(kVerifier.Text() + "\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->origin, kVerifier.origin);
  EXPECT_EQ(parsed->public_key, kVerifier.public_key);
  for (const char* wrong : {"", "a", "a+b", "a+00000000+AAAA", "a b+00000000+AAAA"}) {
    EXPECT_EQ(CheckpointVerifier::Parse(wrong).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
  std::string other = kVerifier.Text();
  other[0] = 'B';
  EXPECT_FALSE(CheckpointVerifier::Parse(other)) << "the hash covers the name";
}

TEST(CheckpointTest, OriginsTheFormatCannotHold) {
  EXPECT_TRUE(CheckOrigin("fairline"));
  for (const char* origin : {"", "a b", "a+b", "a\nb"}) {
    EXPECT_THAT(CheckOrigin(origin).error().message, HasSubstr("ledger.origin"));
  }
}

}  // namespace
}  // namespace fairline
