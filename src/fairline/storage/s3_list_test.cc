// Pages of a list, and XML that is none.
#include "fairline/storage/s3_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/storage/s3_xml.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(S3ListTest, ReadsAPage) {
  const auto page = ReadS3ListPage(R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
  <IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b==</NextContinuationToken>
  <Contents><Key>x/1</Key><ETag>&quot;e&quot;</ETag><Owner><ID>7</ID></Owner></Contents>
  <Contents><Size>3</Size><Key>&lt;&gt;&apos;&#xfc;&#8364;&#x1F600; +%20</Key></Contents>
</ListBucketResult>
)");
  ASSERT_TRUE(page) << page.error().message << page.error().detail;
  EXPECT_THAT(page->keys, ElementsAre("x/1", "<>'\u00fc\u20ac\U0001F600 +%20"));
  EXPECT_EQ(page->next, "a&b==");
}

TEST(S3ListTest, AnEmptyListIsTheLastPage) {
  const auto page =
      ReadS3ListPage("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->keys, IsEmpty());
  EXPECT_EQ(page->next, "");
}

TEST(S3ListTest, ACutOrForeignListIsNoList) {
  for (const char* xml : {
           "<Error><Code>X</Code></Error>",
           "<ListBucketResult></ListBucketResult>",
           "<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
           "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
           "<ListBucketResult><IsTruncated>false</IsTruncated><Contents/></ListBucketResult>",
           "<ListBucketResult><IsTruncated>false</IsTruncated>",
       }) {
    const auto page = ReadS3ListPage(xml);
    ASSERT_FALSE(page) << xml;
    EXPECT_EQ(page.error().code, ErrorCode::kDataLoss) << xml;
  }
}

TEST(XmlTest, ReadsElementsTextAndAttributes) {
  const auto root = ParseXml("\xef\xbb\xbf<?xml version='1.0'?> <a:x b = \"<'>\" >t<y/>u</a:x>");
  EXPECT_FALSE(root);  // a < in an attribute is none
  const auto good = ParseXml("\xef\xbb\xbf<?xml version='1.0'?> <a:x b = \"'>\" >t<y/>u</a:x >\n");
  ASSERT_TRUE(good) << good.error().detail;
  EXPECT_EQ(good->name, "x");
  EXPECT_EQ(good->text, "tu");
  EXPECT_EQ(good->children.size(), 1);
  EXPECT_EQ(good->TextOf("nothing"), "");
}

TEST(XmlTest, RefusesEverythingElse) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (const std::string& xml : std::vector<std::string>{"",
                                                         " ",
                                                         "text",
                                                         "<",
                                                         "<a",
                                                         "<a>",
                                                         "<a></b>",
                                                         "<a></a",
                                                         "<a></a>x",
                                                         "<a/><b/>",
                                                         "<a b/>",
                                                         "<a b=c/>",
                                                         "<a b='/>",
                                                         "<a>&</a>",
                                                         "<a>&nbsp;</a>",
                                                         "<a>&#0;</a>",
                                                         "<a>&#xd800;</a>",
                                                         "<a>&#x110000;</a>",
                                                         "<a>&#x;</a>",
                                                         "<a>&#-1;</a>",
                                                         "<a>&#99999999999;</a>",
                                                         "<a><!-- --></a>",
                                                         "<a><![CDATA[x]]></a>",
                                                         "<!DOCTYPE a><a/>",
                                                         "<?xml",
                                                         deep}) {
    const auto root = ParseXml(xml);
    ASSERT_FALSE(root) << xml.substr(0, 100);
    EXPECT_EQ(root.error().code, ErrorCode::kDataLoss);
  }
}

}  // namespace
}  // namespace fairline
