// Published AES-256-GCM vectors, and: a sealed value opens to what it was, and nothing else opens.
#include "fairline/crypto/seal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "fairline/core/encoding.h"
#include "fairline/crypto/gcm.h"

namespace fairline {
namespace {

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", test cases 13, 14 and 16.
TEST(SealTest, PublishedVectors) {
  const struct {
    std::string key, nonce, context, value, sealed;
  } vectors[] = {
      {std::string(64, '0'), std::string(24, '0'), "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {std::string(64, '0'), std::string(24, '0'), "", std::string(32, '0'),
       "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
      {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
       "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449"
       "a6b525b16aedf5aa0de657ba637b39",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
       "828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const auto& vector : vectors) {
    const SecretKey key(*FromHex(vector.key));
    std::string sealed;
    GcmSeal(key, *FromHex(vector.nonce), *FromHex(vector.context), *FromHex(vector.value), sealed);
    EXPECT_EQ(ToHex(sealed), vector.sealed);
    const auto opened = Unseal(key, *FromHex(vector.nonce) + sealed, *FromHex(vector.context));
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(ToHex(*opened), vector.value);
  }
}

RC_GTEST_PROP(SealTest, OpensToWhatWasSealed,
              (const std::string& value, const std::string& context)) {
  const SecretKey key = SecretKey::Generate();
  const std::string sealed = Seal(key, value, context);
  RC_ASSERT(sealed.size() == value.size() + kSealBytes);
  RC_ASSERT(Unseal(key, sealed, context).value() == value);
  RC_ASSERT(Seal(key, value, context) != sealed);
}

void ExpectRefused(const SecretKey& key, std::string_view sealed, std::string_view context) {
  const auto opened = Unseal(key, sealed, context);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kDataLoss);
}

TEST(SealTest, RefusesEveryFlippedBitAndEveryShorterLength) {
  const SecretKey key = SecretKey::Generate();
  const std::string sealed = Seal(key, "income: 52000", "applicants/7");
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    ExpectRefused(key, changed, "applicants/7");
  }
  for (size_t length = 0; length < sealed.size(); ++length) {
    ExpectRefused(key, sealed.substr(0, length), "applicants/7");
  }
  ExpectRefused(key, sealed + '\0', "applicants/7");
}

TEST(SealTest, RefusesAnotherKeyOrContext) {
  const SecretKey key = SecretKey::Generate();
  const std::string sealed = Seal(key, "52000", "applicants/7");
  ExpectRefused(SecretKey::Generate(), sealed, "applicants/7");
  ExpectRefused(key, sealed, "applicants/8");
  ExpectRefused(key, sealed, "");
  EXPECT_TRUE(Unseal(key, sealed, "applicants/7")) << "a refusal leaves nothing behind";
}

}  // namespace
}  // namespace fairline
