// Objects in a bucket of Amazon S3 or of a server that speaks its protocol.
#pragma once

#include <memory>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// The URL as in OpenObjectStore; the credentials from the environment. Nothing is sent yet.
Result<std::unique_ptr<ObjectStore>> OpenS3Store(std::string_view url);

}  // namespace fairline
