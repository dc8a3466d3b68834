// Answers of an S3 server: whatever comes is a page of a list or a refusal, and a page read from
// XML that is written anew from what was read is the same page.
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/storage/s3_list.h"

namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<' || c == '&') {
      escaped += c == '<' ? "&lt;" : "&amp;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Written(const fairline::S3ListPage& page) {
  std::string xml = "<ListBucketResult>";
  for (const std::string& key : page.keys) {
    xml += "<Contents><Key>" + Escaped(key) + "</Key></Contents>";
  }
  xml += page.next.empty() ? "<IsTruncated>false</IsTruncated>"
                           : "<IsTruncated>true</IsTruncated><NextContinuationToken>" +
                                 Escaped(page.next) + "</NextContinuationToken>";
  return xml + "</ListBucketResult>";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto page = ReadS3ListPage(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!page) {
    FAIRLINE_CHECK(!page.error().message.empty(), "a refusal says why");
    return 0;
  }
  const auto again = ReadS3ListPage(Written(*page));
  FAIRLINE_CHECK(again.has_value(), "what was read can be written");
  FAIRLINE_CHECK(again->keys == page->keys && again->next == page->next, "the same page again");
  return 0;
}
