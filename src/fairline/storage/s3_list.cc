// What is missing is an error: a list that is cut short must not pass for a whole one.
#include "fairline/storage/s3_list.h"

#include "fairline/storage/s3_xml.h"

namespace fairline {

Result<S3ListPage> ReadS3ListPage(std::string_view xml) {
  const auto fault = [](const char* what) {
    return Fail(ErrorCode::kDataLoss, "the object store's list cannot be read", what);
  };
  const XmlElement root = FAIRLINE_TRY(ParseXml(xml));
  if (root.name != "ListBucketResult") return fault("the root is no ListBucketResult");
  S3ListPage page;
  for (const XmlElement& child : root.children) {
    if (child.name != "Contents") continue;
    page.keys.push_back(child.TextOf("Key"));
    if (page.keys.back().empty()) return fault("an object has no Key");
  }
  const std::string truncated = root.TextOf("IsTruncated");
  if (truncated != "true" && truncated != "false") return fault("IsTruncated is neither");
  if (truncated == "true") {
    page.next = root.TextOf("NextContinuationToken");
    if (page.next.empty()) return fault("a truncated list has no NextContinuationToken");
  }
  return page;
}

}  // namespace fairline
