// A stream opens to what was written, however it was sliced, and not at all when a block is lost,
// moved, changed or cut off.
#include "fairline/crypto/sealed_stream.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "fairline/core/random.h"

namespace fairline {
namespace {

constexpr size_t kHeader = 18 + 16, kPlain = 64 * 1024, kBlock = kPlain + 16;

ByteSink Into(std::string& out) {
  return [&out](std::string_view bytes) -> Status {
    out += bytes;
    return {};
  };
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  FillWithEntropy(bytes.data(), count);
  return bytes;
}

/// Writes `bytes` in slices of those lengths, over and over.
template <typename Stream>
Status WriteInSlices(Stream& stream, std::string_view bytes, const std::vector<size_t>& slices) {
  for (size_t i = 0; !bytes.empty(); ++i) {
    const size_t length = std::min(slices[i % slices.size()], bytes.size());
    FAIRLINE_TRY(stream.Write(bytes.substr(0, length)));
    bytes.remove_prefix(length);
  }
  return stream.Finish();
}

std::string SealAll(const SecretKey& key, std::string_view bytes,
                    const std::vector<size_t>& slices = {SIZE_MAX}) {
  std::string sealed;
  StreamSealer sealer(key, Into(sealed));
  EXPECT_TRUE(WriteInSlices(sealer, bytes, slices));
  return sealed;
}

Result<std::string> OpenAll(const SecretKey& key, std::string_view sealed,
                            const std::vector<size_t>& slices = {SIZE_MAX}) {
  std::string plain;
  StreamOpener opener(key, Into(plain));
  FAIRLINE_TRY(WriteInSlices(opener, sealed, slices));
  return plain;
}

void ExpectRefused(const SecretKey& key, std::string_view sealed) {
  const auto opened = OpenAll(key, sealed);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kDataLoss);
}

TEST(SealedStreamTest, EveryLengthAroundABlockComesBack) {
  const SecretKey key = SecretKey::Generate();
  for (const size_t length : {size_t{0}, size_t{1}, kPlain - 1, kPlain, kPlain + 1, 2 * kPlain,
                              2 * kPlain + 1, 3 * kPlain + 12345}) {
    const std::string plain = RandomBytes(length);
    const std::string sealed = SealAll(key, plain);
    const size_t blocks = std::max<size_t>(1, (length + kPlain - 1) / kPlain);
    EXPECT_EQ(sealed.size(), kHeader + length + 16 * blocks);
    EXPECT_EQ(OpenAll(key, sealed).value(), plain) << length;
  }
}

RC_GTEST_PROP(SealedStreamTest, SlicesDoNotMatter, ()) {
  const auto slices = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 3 * kPlain)));
  const auto other = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 3 * kPlain)));
  const std::string plain = RandomBytes(*rc::gen::inRange<size_t>(0, 4 * kPlain));
  const SecretKey key = SecretKey::Generate();
  RC_ASSERT(OpenAll(key, SealAll(key, plain, slices), other).value() == plain);
}

TEST(SealedStreamTest, ByteByByte) {
  const SecretKey key = SecretKey::Generate();
  const std::string plain = RandomBytes(kPlain + 77);
  EXPECT_EQ(OpenAll(key, SealAll(key, plain, {1}), {1}).value(), plain);
}

TEST(SealedStreamTest, RefusesACutAtEveryBlockBoundaryAndBesideIt) {
  const SecretKey key = SecretKey::Generate();
  for (const size_t length : {3 * kPlain, 3 * kPlain + 5}) {
    const std::string sealed = SealAll(key, RandomBytes(length));
    for (const size_t beside : {-1, 0, 1}) {
      for (size_t blocks = 0; kHeader + blocks * kBlock + beside < sealed.size(); ++blocks) {
        ExpectRefused(key, std::string_view(sealed).substr(0, kHeader + blocks * kBlock + beside));
      }
    }
    ExpectRefused(key, sealed.substr(0, 5));
    ExpectRefused(key, "");
    ExpectRefused(key, sealed + "x");
  }
}

TEST(SealedStreamTest, RefusesLostMovedAndDoubledBlocks) {
  const SecretKey key = SecretKey::Generate();
  const std::string sealed = SealAll(key, RandomBytes(4 * kPlain));
  const auto block = [&](size_t i) { return sealed.substr(kHeader + i * kBlock, kBlock); };
  const std::string header = sealed.substr(0, kHeader);
  ExpectRefused(key, header + block(1) + block(2) + block(3));
  ExpectRefused(key, header + block(0) + block(2) + block(3));
  ExpectRefused(key, header + block(0) + block(2) + block(1) + block(3));
  ExpectRefused(key, header + block(0) + block(0) + block(1) + block(2) + block(3));
  ExpectRefused(key, header + block(3));
  const std::string other = SealAll(key, RandomBytes(4 * kPlain));
  ExpectRefused(key, header + block(0) + other.substr(kHeader + kBlock));
}

TEST(SealedStreamTest, RefusesFlippedBitsAndAnotherKey) {
  const SecretKey key = SecretKey::Generate();
  const std::string sealed = SealAll(key, "short");
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    ExpectRefused(key, changed);
  }
  ExpectRefused(SecretKey::Generate(), sealed);
}

TEST(SealedStreamTest, PassesOnlyGenuineBytesOn) {
  const SecretKey key = SecretKey::Generate();
  const std::string plain = RandomBytes(3 * kPlain);
  std::string sealed = SealAll(key, plain);
  sealed[kHeader + kBlock + 9] ^= 1;
  std::string out;
  StreamOpener opener(key, Into(out));
  EXPECT_FALSE(opener.Write(sealed));
  EXPECT_EQ(out, plain.substr(0, kPlain));
}

TEST(SealedStreamTest, AFullSinkEndsIt) {
  const ByteSink full = [](std::string_view) -> Status {
    return Fail(ErrorCode::kUnavailable, "the disk is full");
  };
  StreamSealer sealer(SecretKey::Generate(), full);
  EXPECT_EQ(sealer.Write("x").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace fairline
