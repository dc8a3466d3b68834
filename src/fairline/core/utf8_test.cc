#include "fairline/core/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace fairline {
namespace {

TEST(Utf8Test, KnowsWellFormedText) {
  for (const std::string_view text : {"", "plain", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                      "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678\xc3\xa9"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(Utf8Test, RefusesEveryOtherForm) {
  for (const std::string_view text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x90\x80", "\xc3(",
        "1234567\xff"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Utf8Test, MeasuresCharacters) {
  EXPECT_EQ(Utf8CharacterBytes(""), 0u);
  EXPECT_EQ(Utf8CharacterBytes("az"), 1u);
  EXPECT_EQ(Utf8CharacterBytes("\xc3\xa9z"), 2u);
  EXPECT_EQ(Utf8CharacterBytes("\xe2\x82\xac"), 3u);
  EXPECT_EQ(Utf8CharacterBytes("\xf0\x9f\x98\x80z"), 4u);
  EXPECT_EQ(Utf8CharacterBytes("\xa9z"), 0u);
  EXPECT_EQ(Utf8CharacterBytes("\xe2\x82"), 0u);
}

TEST(Utf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("a\xc3\xa9z", 9), "a\xc3\xa9z");
  EXPECT_EQ(CutUtf8("a\xc3\xa9z", 3), "a\xc3\xa9");
  EXPECT_EQ(CutUtf8("a\xc3\xa9z", 2), "a");
  EXPECT_EQ(CutUtf8("\xa9\xa9", 1), "");
}

}  // namespace
}  // namespace fairline
