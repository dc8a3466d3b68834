// Test vectors of FIPS 180-4.
#include "fairline/core/hash.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

TEST(Sha256, KnownDigests) {
  const std::pair<std::string, std::string_view> known[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [bytes, digest] : known) EXPECT_EQ(Sha256Hex(bytes), digest);
}

TEST(Sha256, BlocksAddUpAndMoreMayFollow) {
  std::string bytes;
  for (size_t size = 0; size < 300; ++size) {
    Sha256 digest;
    const size_t cut = size * 7 % (size + 1);
    digest.Update(std::string_view(bytes).substr(0, cut));
    EXPECT_EQ(digest.Hex(), Sha256Hex(bytes.substr(0, cut))) << size;
    digest.Update(std::string_view(bytes).substr(cut));
    EXPECT_EQ(digest.Hex(), Sha256Hex(bytes)) << size;
    bytes += static_cast<char>(size * 31);
  }
}

TEST(Sha256, HashesZeroBytesToo) { EXPECT_NE(Sha256Hex(std::string_view("\0", 1)), Sha256Hex("")); }

}  // namespace
}  // namespace fairline
