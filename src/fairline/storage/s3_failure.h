// What an S3 server's refusal means to whoever set it up. The server's own words go to the detail;
// they hold no secret.
#pragma once

#include "fairline/core/result.h"
#include "fairline/storage/s3_http.h"
#include "fairline/storage/s3_location.h"

namespace fairline {

/// The answer says that the same request may succeed a little later.
bool MayPass(const HttpResponse& response);

/// kNotFound (of the object), kConflict (an upload in parts is no longer known), kPermissionDenied,
/// kFailedPrecondition (bucket, region, clock), kUnavailable.
Error S3Failure(const HttpResponse& response, const S3Location& location);

}  // namespace fairline
