// Where the objects lie: `s3://bucket/prefix?endpoint=…&region=…&path_style=…&ca_file=…`, worked
// out.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

struct S3Location {
  std::string bucket;
  std::string prefix;  // of every key: empty, or with a slash at its end
  std::string origin;  // https://bucket.s3.eu-west-1.amazonaws.com
  std::string host;    // of the Host header
  std::string root;    // of every path: "/", or "/bucket/" when the host does not name it
  std::string region;
  std::string ca_file;  // empty: the system's authorities
};

/// Without a region in the URL it is `default_region`. Without an endpoint it is Amazon's. Path
/// style is the default for another endpoint and for a bucket with a dot, which TLS cannot name.
/// kInvalidArgument says what is wrong.
Result<S3Location> ParseS3Url(std::string_view url, std::string_view default_region);

}  // namespace fairline
