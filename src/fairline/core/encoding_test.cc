// RFC 4648's examples, and what is no encoding.
#include "fairline/core/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairline {
namespace {

TEST(EncodingTest, WritesTheExamplesOfTheRfc) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(ToBase64(bytes), text);
    EXPECT_EQ(FromBase64(text), bytes);
  }
  EXPECT_EQ(ToHex(std::string("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(FromHex("00FF1a"), std::string("\x00\xff\x1a", 3));
}

TEST(EncodingTest, RefusesWhatIsNoEncoding) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Z===", "====", "Zg==Zg==", "Zm9=", "Zm 9"}) {
    EXPECT_FALSE(FromBase64(text)) << text;
  }
  for (const char* digits : {"0", "0g", "00f", "zz"}) EXPECT_FALSE(FromHex(digits)) << digits;
}

RC_GTEST_PROP(EncodingProperty, BothReadBack, (const std::string& bytes)) {
  RC_ASSERT(*FromBase64(ToBase64(bytes)) == bytes);
  RC_ASSERT(*FromHex(ToHex(bytes)) == bytes);
}

}  // namespace
}  // namespace fairline
