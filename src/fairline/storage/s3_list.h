// One page of a ListObjectsV2 answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

struct S3ListPage {
  std::vector<std::string> keys;
  std::string next;  // the continuation token; empty on the last page
};

/// kDataLoss when it is not that.
Result<S3ListPage> ReadS3ListPage(std::string_view xml);

}  // namespace fairline
