// The vectors of RFC 4231 (HMAC-SHA256) and RFC 5869 (HKDF).
#include "fairline/crypto/keyed_hash.h"

#include <gtest/gtest.h>

#include "fairline/core/encoding.h"

namespace fairline {
namespace {

std::string Bytes(int count, char byte) { return std::string(static_cast<size_t>(count), byte); }

TEST(KeyedHashTest, Rfc4231) {
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting += c;
  const struct {
    std::string key, value, digest;
  } vectors[] = {
      {Bytes(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {Bytes(20, '\xaa'), Bytes(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counting, Bytes(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {Bytes(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {Bytes(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
      {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& vector : vectors) {
    EXPECT_EQ(ToHex(KeyedHash(vector.key, vector.value)), vector.digest) << vector.value;
  }
}

TEST(KeyedHashTest, AKeyGivesTheSameAsItsBytes) {
  const SecretKey key = SecretKey::Generate();
  EXPECT_EQ(KeyedHash(key, "value"), KeyedHash(key.bytes(), "value"));
  EXPECT_NE(KeyedHash(key, "value"), KeyedHash(SecretKey::Generate(), "value"));
}

TEST(SecretKeyTest, DerivesByHkdfExpand) {
  const SecretKey key(*FromHex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
  const SecretKey derived = key.Derive(*FromHex("f0f1f2f3f4f5f6f7f8f9"));
  EXPECT_EQ(ToHex(derived.bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

}  // namespace
}  // namespace fairline
